package io.rowledger.system.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes up uploads of every kind, mode, format and size. */
final class Planner {
  /**
   * A file that takes several transactions, and one that takes long enough to be hit by anything.
   */
  private static final int MIDDLE = 6_000;

  private static final int SMALL = 2_500;

  private final Random random;
  private final List<Tenant> tenants;
  private final Load load;
  private final Deque<Plan> twins = new ArrayDeque<>();
  private final List<LedgerJob> known = Collections.synchronizedList(new ArrayList<>());
  private int made;

  Planner(Random random, List<Tenant> tenants, Load load) {
    this.random = random;
    this.tenants = tenants;
    this.load = load;
  }

  /** Tells of a job that a later one may be sent to run after. */
  void accepted(LedgerJob job) {
    known.add(job);
  }

  synchronized Plan next() {
    Plan twin = twins.poll();
    if (twin != null) {
      return twin;
    }
    Kind kind = kind();
    Mode mode = mode(kind);
    Format format = load.everything() ? format(kind) : Format.CSV;
    boolean shared = load.everything() && random.nextInt(8) == 0;
    boolean faulty = load.everything() && random.nextInt(mode == Mode.CONTINUE ? 2 : 3) == 0;
    Tenant tenant = tenants.get(random.nextInt(tenants.size()));
    String label = "load-" + ++made;
    boolean dryRun = load.everything() && format.isFile() && random.nextInt(7) == 0;
    List<Integer> fileRows = fileRows(kind, format);
    Plan plan =
        new Plan(
            label,
            tenant,
            kind,
            mode,
            format,
            dryRun,
            "p" + made,
            shared,
            fileRows,
            faulty ? every() : 0,
            faulty && kind != Kind.ENTITIES && random.nextBoolean() ? every() : 0,
            load.everything() && random.nextInt(3) == 0 ? every() : 0,
            random.nextInt(4) > 0 ? UUID.randomUUID().toString() : null,
            load.everything() && format.isFile() && random.nextInt(8) == 0
                ? earlier(tenant)
                : null);
    if (shared) {
      twins.add(twinOf(plan));
    }
    return plan;
  }

  /** An upload that no other one depends on. */
  synchronized Plan withoutFollowers() {
    return new Plan(
        "load-" + ++made,
        tenants.get(random.nextInt(tenants.size())),
        Kind.TRANSACTIONS,
        Mode.CONTINUE,
        random.nextBoolean() ? Format.CSV : Format.JSON_BODY,
        false,
        "p" + made,
        false,
        List.of(2 + random.nextInt(MIDDLE)),
        0,
        0,
        0,
        null,
        null);
  }

  private Plan twinOf(Plan plan) {
    return new Plan(
        "load-" + ++made,
        plan.tenant(),
        plan.kind(),
        mode(plan.kind()),
        plan.format(),
        false,
        plan.prefix(),
        true,
        plan.fileRows(),
        plan.invalidEvery(),
        plan.brokenEvery(),
        plan.repeatEvery(),
        UUID.randomUUID().toString(),
        null);
  }

  private Kind kind() {
    int dice = random.nextInt(10);
    Kind kind = dice < 6 ? Kind.TRANSACTIONS : dice < 8 ? Kind.ENTITIES : Kind.USER_EVENTS;
    return load.kinds().contains(kind) ? kind : kind();
  }

  private Mode mode(Kind kind) {
    return switch (kind) {
      case TRANSACTIONS -> {
        List<Mode> modes = List.of(Mode.values());
        Mode mode = modes.get(random.nextInt(modes.size()));
        yield load.modes().contains(mode) ? mode : mode(kind);
      }
      case ENTITIES -> random.nextInt(3) == 0 ? Mode.STOP : Mode.CONTINUE;
      case USER_EVENTS -> Mode.CONTINUE;
    };
  }

  private Format format(Kind kind) {
    List<Format> formats =
        switch (kind) {
          case TRANSACTIONS -> List.of(Format.values());
          case ENTITIES ->
              List.of(
                  Format.CSV, Format.CSV_GZIP, Format.NDJSON, Format.JSON_FILE, Format.JSON_BODY);
          case USER_EVENTS -> List.of(Format.CSV, Format.CSV_GZIP, Format.NDJSON, Format.JSON_FILE);
        };
    return formats.get(random.nextInt(formats.size()));
  }

  private List<Integer> fileRows(Kind kind, Format format) {
    boolean several =
        format == Format.JSON_SOURCES
            || (load.everything()
                && kind == Kind.TRANSACTIONS
                && format.isFile()
                && random.nextInt(3) == 0);
    List<Integer> rows = new ArrayList<>();
    int files = several ? 2 + random.nextInt(3) : 1;
    int total = total();
    for (int file = 0; file < files; file++) {
      rows.add(Math.max(1, total / files));
    }
    return rows;
  }

  /** Mostly small: what breaks breaks between jobs as often as within them. */
  private int total() {
    int dice = random.nextInt(10);
    int most = load.largest();
    if (dice < 2) {
      most = 3;
    } else if (dice < 6) {
      most = SMALL;
    } else if (dice < 9) {
      most = MIDDLE;
    }
    int longest = Math.max(load.smallest(), Math.min(most, load.largest()));
    return load.smallest() + random.nextInt(longest - load.smallest() + 1);
  }

  private int every() {
    return 2 + random.nextInt(random.nextBoolean() ? 20 : 1_500);
  }

  private @Nullable UUID earlier(Tenant tenant) {
    synchronized (known) {
      List<LedgerJob> own = known.stream().filter(job -> job.tenant().equals(tenant)).toList();
      return own.isEmpty() ? null : own.get(own.size() - 1).id();
    }
  }
}
