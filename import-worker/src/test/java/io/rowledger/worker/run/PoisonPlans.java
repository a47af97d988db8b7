package io.rowledger.worker.run;

import io.rowledger.core.job.ClaimedJob;
import io.rowledger.core.row.RowParser;
import io.rowledger.core.sql.Tx;
import io.rowledger.worker.target.RecordTarget;
import io.rowledger.worker.target.Row;
import io.rowledger.worker.target.Scope;
import io.rowledger.worker.userevent.UserEventConfig;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The plans of the worker, and rows that no worker comes through: their first cell says how. Other
 * rows are none the wiser.
 */
@Alternative
@Priority(1)
@Singleton
class PoisonPlans extends ImportPlans {

  /** Ends what hangs. */
  static volatile boolean awake;

  PoisonPlans(UserEventConfig userEvents) {
    super(userEvents);
  }

  @Override
  ImportPlan<?> planOf(ClaimedJob job) {
    return poisoned(super.planOf(job));
  }

  private static <R> ImportPlan<R> poisoned(ImportPlan<R> plan) {
    return new ImportPlan<>(
        (columns, format) -> {
          RowParser<R> parser = plan.parserFor().apply(columns, format);
          return raw -> {
            work(String.valueOf(raw.cells().get(0)));
            return parser.parse(raw);
          };
        },
        () -> new PoisonTarget<>(plan.newTarget().get()),
        plan.referencesFirst());
  }

  private static void work(String poison) {
    switch (poison) {
      case "parse-overflow" -> overflow(0);
      case "parse-assertion" -> throw new AssertionError("a cell: secret");
      case "parse-memory" -> throw new OutOfMemoryError("as if");
      case "parse-exception" -> throw new IllegalStateException("a cell: secret");
      case "parse-hang" -> hang();
      default -> {
        // Wholesome.
      }
    }
  }

  private static int overflow(int depth) {
    return depth < 0 ? 0 : overflow(depth + 1) + 1;
  }

  /** As an endless loop does, this does not care for interrupts. */
  private static void hang() {
    while (!awake) {
      LockSupport.parkNanos(10_000_000);
    }
  }

  private record PoisonTarget<R>(RecordTarget<R> target) implements RecordTarget<R> {

    @Override
    public void checkReferences(Tx tx, Scope scope, List<Row<R>> rows) {
      target.checkReferences(tx, scope, rows);
    }

    @Override
    public void checkDuplicates(Tx tx, Scope scope, List<Row<R>> rows) {
      target.checkDuplicates(tx, scope, rows);
    }

    @Override
    public void copy(Tx tx, Scope scope, List<Row<R>> rows) {
      if (rows.stream().anyMatch(row -> "write-assertion".equals(row.raw().cells().get(0)))) {
        throw new AssertionError("a cell: secret");
      }
      target.copy(tx, scope, rows);
    }

    @Override
    public List<String> keys(R record) {
      return target.keys(record);
    }

    @Override
    public @Nullable String rowKey(R record) {
      return target.rowKey(record);
    }

    @Override
    public @Nullable String entityType(R record) {
      return target.entityType(record);
    }

    @Override
    public int entitiesCreated() {
      return target.entitiesCreated();
    }
  }
}
