package io.rowledger.worker.target;

import static io.rowledger.worker.testing.Records.row;
import static io.rowledger.worker.testing.Records.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.core.row.RowCode;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.transaction.Party;
import io.rowledger.core.transaction.TransactionOptions;
import io.rowledger.core.transaction.TransactionRecord;
import io.rowledger.worker.testing.WorkerDatabase;
import io.rowledger.worker.transaction.TransactionTarget;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RowWriterTest {

  private static final BigDecimal REFUSED = BigDecimal.ONE.negate();

  private final Database database = WorkerDatabase.database();
  private final Scope scope = WorkerDatabase.scope();

  /** The real target, with something that happens before each copy. */
  private static final class Spied implements RecordTarget<TransactionRecord> {

    private final TransactionTarget target =
        new TransactionTarget(TransactionOptions.DEFAULTS, new KnownEntities());
    private final Consumer<Integer> beforeCopy;
    private final List<List<String>> copies = new ArrayList<>();
    private int lookUps;

    Spied(Consumer<Integer> beforeCopy) {
      this.beforeCopy = beforeCopy;
    }

    @Override
    public void checkReferences(Tx tx, Scope scope, List<Row<TransactionRecord>> rows) {
      target.checkReferences(tx, scope, rows);
    }

    @Override
    public void checkDuplicates(Tx tx, Scope scope, List<Row<TransactionRecord>> rows) {
      lookUps++;
      target.checkDuplicates(tx, scope, rows);
    }

    @Override
    public void copy(Tx tx, Scope scope, List<Row<TransactionRecord>> rows) {
      copies.add(rows.stream().map(row -> row.record().externalId()).toList());
      beforeCopy.accept(copies.size());
      target.copy(tx, scope, rows);
    }

    @Override
    public List<String> keys(TransactionRecord record) {
      return target.keys(record);
    }

    @Override
    public String rowKey(TransactionRecord record) {
      return target.rowKey(record);
    }
  }

  @Test
  void aRowThatAnotherSessionCommittedMeanwhileIsASkip() {
    // Given a key that appears between the look-up and the copy
    Scope other = WorkerDatabase.anotherJob(scope);
    Spied target =
        new Spied(
            copy -> {
              if (copy == 1) {
                write(other, new Spied(none -> {}), List.of(row(9, transaction("b"))));
              }
            });
    List<Row<TransactionRecord>> rows = rows("a", "b", "c");

    // When
    write(scope, target, rows);

    // Then
    assertThat(target.lookUps).isEqualTo(2);
    assertThat(target.copies).containsExactly(List.of("a", "b", "c"), List.of("a", "c"));
    assertThat(codes(rows)).containsExactly(null, RowCode.SKIPPED_DUPLICATE_EXTERNAL_ID, null);
    assertThat(stored(scope)).isEqualTo("a,c");
    assertThat(stored(other)).isEqualTo("b");
  }

  @Test
  void aRaceThatIsLostForEverEndsTheTransaction() {
    Spied target =
        new Spied(
            copy ->
                write(
                    WorkerDatabase.anotherJob(scope),
                    new Spied(none -> {}),
                    List.of(row(9, transaction("r" + copy)))));

    assertThatThrownBy(
            () -> write(scope, target, rows("r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8")))
        .isInstanceOfSatisfying(
            SqlFailure.class, failure -> assertThat(failure.isUniqueViolation()).isTrue());
    assertThat(stored(scope)).isEmpty();
  }

  @Test
  void aRowThatTheDatabaseRefusesIsFoundAndItsNeighboursStay() {
    // Given
    List<Row<TransactionRecord>> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      boolean bad = i == 7 || i == 8 || i == 19;
      rows.add(
          row(
              i + 2,
              transaction(
                  "t-%02d".formatted(i), bad ? REFUSED : BigDecimal.ONE, Party.NONE, Party.NONE)));
    }

    // When
    write(scope, new Spied(none -> {}), rows);

    // Then
    for (int i = 0; i < 20; i++) {
      boolean bad = i == 7 || i == 8 || i == 19;
      assertThat(rows.get(i).good()).as("row %d", i).isEqualTo(!bad);
      if (bad) {
        assertThat(rows.get(i).problem().code()).isEqualTo(RowCode.PROCESSING_ERROR);
        assertThat(rows.get(i).problem().message()).contains("23514").doesNotContain("-1");
      }
    }
    assertThat(stored(scope).split(",", -1)).hasSize(17).doesNotContain("t-07", "t-08", "t-19");
  }

  @Test
  void oneRowThatIsRefusedIsNoError() {
    List<Row<TransactionRecord>> rows =
        List.of(row(2, transaction("a", REFUSED, Party.NONE, Party.NONE)));

    write(scope, new Spied(none -> {}), rows);

    assertThat(codes(rows)).containsExactly(RowCode.PROCESSING_ERROR);
    assertThat(stored(scope)).isEmpty();
  }

  /** A race inside of the halving: the row is no PROCESSING_ERROR, it is a duplicate. */
  @Test
  void aKeyTakenWhileHalvingIsASkipAndNoError() {
    // Given
    Spied target =
        new Spied(
            copy -> {
              if (copy == 2) {
                write(
                    WorkerDatabase.anotherJob(scope),
                    new Spied(none -> {}),
                    List.of(row(9, transaction("a"))));
              }
            });
    List<Row<TransactionRecord>> rows =
        List.of(
            row(2, transaction("a")),
            row(3, transaction("b")),
            row(4, transaction("c", REFUSED, Party.NONE, Party.NONE)));

    // When
    write(scope, target, rows);

    // Then
    assertThat(codes(rows))
        .containsExactly(RowCode.SKIPPED_DUPLICATE_EXTERNAL_ID, null, RowCode.PROCESSING_ERROR);
    assertThat(stored(scope)).isEqualTo("b");
  }

  @Test
  void keysAreLockedInOneOrder() {
    Spied target = new Spied(none -> {});

    write(scope, target, rows("c", "a", "b"));

    assertThat(target.copies).containsExactly(List.of("a", "b", "c"));
  }

  @Test
  void whatIsNotAboutTheDataIsThrown() {
    Spied target =
        new Spied(
            copy -> {
              throw new SqlFailure(new SQLException("gone", "08006"));
            });
    List<Row<TransactionRecord>> rows = rows("a", "b");

    assertThatThrownBy(() -> write(scope, target, rows)).isInstanceOf(SqlFailure.class);
    assertThat(target.copies).hasSize(1);
    assertThat(codes(rows)).containsExactly(null, null);
  }

  @Test
  void theSameChunkAgainWritesNothingTwice() {
    List<Row<TransactionRecord>> rows = rows("a", "b");
    write(scope, new Spied(none -> {}), rows);

    write(scope, new Spied(none -> {}), rows);

    assertThat(stored(scope)).isEqualTo("a,b");
  }

  private void write(Scope into, Spied target, List<Row<TransactionRecord>> rows) {
    database.run(tx -> new RowWriter<>(target).write(tx, into, rows));
  }

  private static List<Row<TransactionRecord>> rows(String... externalIds) {
    List<Row<TransactionRecord>> rows = new ArrayList<>();
    for (String externalId : externalIds) {
      rows.add(row(rows.size() + 2, transaction(externalId)));
    }
    return rows;
  }

  private static List<RowCode> codes(List<Row<TransactionRecord>> rows) {
    List<RowCode> codes = new ArrayList<>();
    rows.forEach(row -> codes.add(row.problem() == null ? null : row.problem().code()));
    return codes;
  }

  private static String stored(Scope scope) {
    return WorkerDatabase.text(
        """
        SELECT coalesce(string_agg(external_id, ',' ORDER BY external_id), '')
          FROM transactions WHERE organization_id = ? AND job_id = ?
        """,
        scope.organization().value(),
        scope.job().value());
  }
}
