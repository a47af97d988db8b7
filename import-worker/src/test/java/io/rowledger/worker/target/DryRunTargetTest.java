package io.rowledger.worker.target;

import static io.rowledger.worker.testing.Records.entity;
import static io.rowledger.worker.testing.Records.row;
import static io.rowledger.worker.testing.Records.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rowledger.core.entity.EntityOptions;
import io.rowledger.core.entity.EntityRecord;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.sql.Database;
import io.rowledger.core.transaction.TransactionOptions;
import io.rowledger.core.transaction.TransactionRecord;
import io.rowledger.worker.entity.EntityTarget;
import io.rowledger.worker.testing.WorkerDatabase;
import io.rowledger.worker.transaction.TransactionTarget;
import java.util.List;
import org.junit.jupiter.api.Test;

class DryRunTargetTest {

  private final Database database = WorkerDatabase.database();
  private final Scope scope = WorkerDatabase.scope();

  @Test
  void nothingIsWrittenAndLaterRowsMeetTheEarlierOnes() {
    // Given
    DryRunTarget<TransactionRecord> target = transactions(TransactionOptions.DEFAULTS);

    // When
    List<Row<TransactionRecord>> first =
        List.of(row(2, transaction("a")), row(3, transaction("b")));
    write(target, first);
    target.settle();
    List<Row<TransactionRecord>> second =
        List.of(row(4, transaction("b")), row(5, transaction("c")));
    write(target, second);

    // Then
    assertThat(codes(first)).containsExactly(null, null);
    assertThat(codes(second)).containsExactly(RowCode.SKIPPED_DUPLICATE_IN_FILE, null);
    assertThat(stored("transactions")).isEqualTo("0");
  }

  @Test
  void aTransactionThatIsRepeatedDoesNotMeetItself() {
    DryRunTarget<TransactionRecord> target = transactions(TransactionOptions.DEFAULTS);
    List<Row<TransactionRecord>> rows = List.of(row(2, transaction("a")));

    write(target, rows);
    write(target, rows);

    assertThat(codes(rows)).containsExactly((RowCode) null);
  }

  @Test
  void whatIsRepeatedFromTheFirstRowMeetsNothing() {
    DryRunTarget<TransactionRecord> target = transactions(TransactionOptions.DEFAULTS);
    List<Row<TransactionRecord>> rows = List.of(row(2, transaction("a")));
    write(target, rows);
    target.settle();

    target.restart();
    write(target, rows);

    assertThat(codes(rows)).containsExactly((RowCode) null);
  }

  @Test
  void duplicatesAreFailuresWhenTheyAreNotSkipped() {
    DryRunTarget<TransactionRecord> target =
        transactions(new TransactionOptions(true, false, true));
    write(target, List.of(row(2, transaction("a"))));
    target.settle();

    List<Row<TransactionRecord>> later = List.of(row(3, transaction("a")));
    write(target, later);

    assertThat(codes(later)).containsExactly(RowCode.DUPLICATE_EXTERNAL_ID);
  }

  @Test
  void entitiesAnswerAsTheirTableWould() {
    // Given the same two groups, once for real and once dry
    List<EntityRecord> first =
        List.of(entity("1", "AR", "person", "x-1"), entity("2", "AR", "company", null));
    List<EntityRecord> second =
        List.of(
            entity("1", "AR", "person", "x-9"),
            // Free, because the row before was skipped and took nothing.
            entity("3", "AR", "person", "x-9"),
            entity("2", "AR", "person", null),
            entity("1", "CL", "person", null),
            entity("4", "AR", "person", "x-1"),
            // Free for the same reason.
            entity("4", "AR", "company", null));
    EntityTarget real = new EntityTarget(options());
    Scope other = WorkerDatabase.scope();

    // When
    write(real, other, rows(2, first));
    List<Row<EntityRecord>> happened = rows(9, second);
    write(real, other, happened);
    DryRunTarget<EntityRecord> dry = new DryRunTarget<>(new EntityTarget(options()));
    write(dry, rows(2, first));
    dry.settle();
    List<Row<EntityRecord>> forecast = rows(9, second);
    write(dry, forecast);

    // Then
    assertThat(codes(happened))
        .containsExactly(
            RowCode.SKIPPED_DUPLICATE_IN_FILE,
            null,
            RowCode.TAX_ID_TYPE_MISMATCH,
            null,
            RowCode.DUPLICATE_EXTERNAL_ID,
            null);
    assertThat(forecast)
        .extracting(Row::problem)
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(happened.stream().map(Row::problem).toList());
    assertThat(stored("entities")).isEqualTo("0");
  }

  @Test
  void whatAnEarlierWorkerFoundGoodIsRecalled() {
    DryRunTarget<EntityRecord> target = new DryRunTarget<>(new EntityTarget(options()));
    target.recall(rows(2, List.of(entity("1", "AR", "person", "x-1"))));

    List<Row<EntityRecord>> later = rows(3, List.of(entity("1", "AR", "company", null)));
    write(target, later);

    assertThat(codes(later)).containsExactly(RowCode.TAX_ID_TYPE_MISMATCH);
  }

  private static DryRunTarget<TransactionRecord> transactions(TransactionOptions options) {
    return new DryRunTarget<>(new TransactionTarget(options, new KnownEntities()));
  }

  private static EntityOptions options() {
    return EntityOptions.fromJson(JsonNodeFactory.instance.objectNode());
  }

  private static List<Row<EntityRecord>> rows(int firstNumber, List<EntityRecord> records) {
    return java.util.stream.IntStream.range(0, records.size())
        .mapToObj(i -> row(firstNumber + i, records.get(i)))
        .toList();
  }

  private <R> void write(RecordTarget<R> target, List<Row<R>> rows) {
    write(target, scope, rows);
  }

  private <R> void write(RecordTarget<R> target, Scope into, List<Row<R>> rows) {
    database.run(tx -> new RowWriter<>(target).write(tx, into, rows));
  }

  private static <R> List<RowCode> codes(List<Row<R>> rows) {
    return rows.stream().map(row -> row.problem() == null ? null : row.problem().code()).toList();
  }

  private String stored(String table) {
    return WorkerDatabase.text(
        "SELECT count(*)::text FROM " + table + " WHERE organization_id = ?",
        scope.organization().value());
  }
}
