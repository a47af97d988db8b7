package io.rowledger.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/**
 * The same rows as the file that a caller uploads and as what {@code COPY} takes, so that both
 * write the same. Keys rise with the row. Names decide the keys: files of different names share
 * none.
 *
 * @param upload CSV with a header
 * @param copy PostgreSQL's text format, the columns of {@link Kind#copyColumns()}; not there when
 *     only the upload was asked for
 */
record SampleFile(Kind kind, Path upload, Path copy, int rows) {

  /** An entity that user events can refer to. */
  record Entity(UUID id, String externalId) {}

  private static final String[] TYPES = {"PAYMENT", "TRANSFER", "WITHDRAWAL", "DEPOSIT", "FEE"};
  private static final String[] CURRENCIES = {"USD", "EUR", "BRL", "MXN", "ARS"};
  private static final String[] CHANNELS = {"web", "mobile", "branch", "api"};
  private static final String[] COUNTRIES = {"US", "DE", "PT", "ES", "FR"};
  private static final String[] EVENTS = {"LOGIN", "LOGOUT", "LOGIN_FAILED", "PASSWORD_CHANGED"};

  /** How to write files: where, and with which rows that cannot be imported. */
  record Recipe(
      Path directory, int badPerThousand, int repeatedPerThousand, List<Entity> entities) {

    static Recipe clean(Path directory) {
      return new Recipe(directory, 0, 0, List.of());
    }

    /** 1 % whose type or country is none, 5 % that repeat the key of the row before. */
    Recipe dirty() {
      return new Recipe(directory, 10, 50, entities);
    }

    /** User events refer to these, and to nothing that is not there. */
    Recipe about(List<Entity> known) {
      return new Recipe(directory, badPerThousand, repeatedPerThousand, known);
    }

    /** Both files. */
    SampleFile write(Kind kind, String name, int rows) {
      return SampleFile.write(this, kind, name, rows, Long.MAX_VALUE, true);
    }

    /** Transactions, only to be uploaded. */
    SampleFile transactions(String name, int rows) {
      return SampleFile.write(this, Kind.TRANSACTIONS, name, rows, Long.MAX_VALUE, false);
    }

    /** Transactions until the file has this size, only to be uploaded. */
    SampleFile transactionsOfSize(String name, long bytes) {
      return SampleFile.write(this, Kind.TRANSACTIONS, name, Integer.MAX_VALUE, bytes, false);
    }
  }

  void delete() throws IOException {
    Files.deleteIfExists(upload);
    Files.deleteIfExists(copy);
  }

  private static SampleFile write(
      Recipe recipe, Kind kind, String name, int mostRows, long mostBytes, boolean both) {
    Path upload = recipe.directory().resolve(name + ".csv");
    Path copy = recipe.directory().resolve(name + ".copy");
    Rows of = new Rows(recipe, kind, name);
    int rows = 0;
    try (Writer csv = Files.newBufferedWriter(upload, StandardCharsets.UTF_8);
        Writer text =
            both ? Files.newBufferedWriter(copy, StandardCharsets.UTF_8) : Writer.nullWriter()) {
      csv.write(kind.header() + "\n");
      for (long bytes = 0; rows < mostRows && bytes < mostBytes; bytes += of.csv.length()) {
        of.next(++rows);
        csv.write(of.csv);
        text.write(of.copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SampleFile(kind, upload, copy, rows);
  }

  /** One row after the other, in both forms. */
  private static final class Rows {
    private final Recipe recipe;
    private final Kind kind;
    private final String name;
    private final Random random = new Random(7);
    private final String organization = UUID.randomUUID().toString();
    private final String job = UUID.randomUUID().toString();
    private int key;
    private boolean bad;
    private String csv = "";
    private String copy = "";

    Rows(Recipe recipe, Kind kind, String name) {
      this.recipe = recipe;
      this.kind = kind;
      this.name = name;
    }

    void next(int row) {
      int fate = random.nextInt(1000);
      bad = fate < recipe.badPerThousand();
      boolean repeated =
          !bad && fate < recipe.badPerThousand() + recipe.repeatedPerThousand() && key > 0;
      if (!repeated) {
        key = row;
      }
      String place =
          String.join(
              "\t", timeOrdered(row), organization, job, "1", Integer.toString(row + 1), "");
      switch (kind) {
        case TRANSACTIONS -> transaction(place, row);
        case ENTITIES -> entity(place, row);
        case USER_EVENTS -> event(place, row);
      }
    }

    private void transaction(String place, int row) {
      String type = one(TYPES);
      String amount = random.nextInt(1_000_000) + "." + (10 + random.nextInt(90));
      String currency = one(CURRENCIES);
      String description = "Invoice " + random.nextInt(100_000_000);
      String at = time();
      String channel = one(CHANNELS);
      csv =
          line(",", id(key), type, amount, bad ? "?" : currency, "SUCCESSFUL", description, at)
              + ","
              + channel
              + "\n";
      copy =
          place
              + line("\t", id(row), type, amount, currency, "SUCCESSFUL", description, at)
              + "\t"
              + channel
              + "\t2026-11-01T00:00:00Z\n";
    }

    private void entity(String place, int row) {
      String type = random.nextBoolean() ? "person" : "company";
      String country = one(COUNTRIES);
      String called = "Acme " + random.nextInt(100_000_000);
      csv = line(",", id(key), taxId(key), type, called, bad ? "?" : country) + "\n";
      copy =
          place
              + line("\t", id(row), type, taxId(row), country, called, "under_review")
              + "\t2026-11-01T00:00:00Z\n";
    }

    private void event(String place, int row) {
      String type = one(EVENTS);
      Entity entity = recipe.entities().get(random.nextInt(recipe.entities().size()));
      String user = "user-" + random.nextInt(1_000_000);
      String at = time();
      String device = "device-" + random.nextInt(1_000_000);
      String address = "203.0.113." + random.nextInt(256);
      String country = one(COUNTRIES);
      csv =
          line(",", id(key), bad ? "?" : type, entity.externalId(), user, at, device, address)
              + ","
              + country
              + "\n";
      copy =
          place
              + line("\t", id(row), type, entity.id().toString(), entity.externalId(), user, at)
              + "\t"
              + line("\t", device, address, country, "2026-11-01T00:00:00Z")
              + "\n";
    }

    private static String line(String separator, String... cells) {
      return String.join(separator, cells);
    }

    private String id(int number) {
      return name + "-" + nineDigits(number);
    }

    /** Only letters and digits: it is stored as it is. */
    private String taxId(int number) {
      return Integer.toHexString(name.hashCode()).toUpperCase(Locale.ROOT) + nineDigits(number);
    }

    private static String nineDigits(int number) {
      String digits = Integer.toString(number);
      return "000000000".substring(digits.length()) + digits;
    }

    private String time() {
      return "2026-"
          + two(1 + random.nextInt(10))
          + "-"
          + two(1 + random.nextInt(28))
          + "T"
          + two(random.nextInt(24))
          + ":"
          + two(random.nextInt(60))
          + ":"
          + two(random.nextInt(60))
          + "Z";
    }

    private static String two(int number) {
      return number < 10 ? "0" + number : Integer.toString(number);
    }

    private String one(String[] of) {
      return of[random.nextInt(of.length)];
    }

    /** A UUIDv7, as the worker makes them: random ones cost the baseline a third. */
    private String timeOrdered(int row) {
      long time = 1_790_000_000_000L + row / 100;
      long high = (time << 16) | 0x7000L | ((row % 100L) << 4) | random.nextInt(16);
      long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
      return new UUID(high, low).toString();
    }
  }
}
