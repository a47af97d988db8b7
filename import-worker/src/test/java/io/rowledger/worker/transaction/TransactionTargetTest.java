package io.rowledger.worker.transaction;

import static io.rowledger.worker.testing.Records.row;
import static io.rowledger.worker.testing.Records.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.row.RowCode;
import io.rowledger.core.sql.Database;
import io.rowledger.core.transaction.Party;
import io.rowledger.core.transaction.TransactionOptions;
import io.rowledger.core.transaction.TransactionRecord;
import io.rowledger.worker.target.KnownEntities;
import io.rowledger.worker.target.Row;
import io.rowledger.worker.target.RowWriter;
import io.rowledger.worker.target.Scope;
import io.rowledger.worker.testing.WorkerDatabase;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of a transaction: every code of its kind, and the record as it is stored. */
class TransactionTargetTest {

  private static final TransactionOptions DEFAULTS = TransactionOptions.DEFAULTS;
  private static final TransactionOptions NO_SKIPS = new TransactionOptions(true, false, true);
  private static final TransactionOptions ANYBODY = new TransactionOptions(true, true, false);
  private static final Party NOBODY_HERE = new Party(null, "x-1", null, "X", "BR", null);

  private final Database database = WorkerDatabase.database();
  private final Scope scope = WorkerDatabase.scope();

  @Test
  void aDuplicateIsASkip() {
    write(WorkerDatabase.anotherJob(scope), DEFAULTS, List.of(row(2, transaction("there"))));
    List<Row<TransactionRecord>> rows =
        List.of(
            row(2, transaction("there")),
            row(3, transaction("new")),
            row(4, transaction("new")),
            row(5, transaction("NEW")));

    write(scope, DEFAULTS, rows);

    assertThat(codes(rows))
        .containsExactly(
            RowCode.SKIPPED_DUPLICATE_EXTERNAL_ID, null, RowCode.SKIPPED_DUPLICATE_IN_FILE, null);
    assertThat(rows.get(0).problem().column()).isEqualTo("externalId");
    assertThat(rows.get(0).problem().value()).isEqualTo("there");
  }

  @Test
  void withoutSkipDuplicatesItIsAFailure() {
    write(WorkerDatabase.anotherJob(scope), DEFAULTS, List.of(row(2, transaction("there"))));
    List<Row<TransactionRecord>> rows =
        List.of(
            row(2, transaction("there")), row(3, transaction("new")), row(4, transaction("new")));

    write(scope, NO_SKIPS, rows);

    assertThat(codes(rows))
        .containsExactly(RowCode.DUPLICATE_EXTERNAL_ID, null, RowCode.DUPLICATE_EXTERNAL_ID);
  }

  @Test
  void aDuplicateInAnEarlierChunkOfTheJobIsOneInTheUpload() {
    write(scope, DEFAULTS, List.of(row(2, transaction("a"))));
    List<Row<TransactionRecord>> rows = List.of(row(3, transaction("a")));

    write(scope, DEFAULTS, rows);

    assertThat(codes(rows)).containsExactly(RowCode.SKIPPED_DUPLICATE_IN_FILE);
  }

  @Test
  void anotherOrganisationMayUseTheSameId() {
    write(WorkerDatabase.scope(), DEFAULTS, List.of(row(2, transaction("a"))));
    List<Row<TransactionRecord>> rows = List.of(row(2, transaction("a")));

    write(scope, NO_SKIPS, rows);

    assertThat(codes(rows)).containsExactly((RowCode) null);
  }

  @Test
  void aPartyThatIsNotThereIsAFailureThatNamesItsField() {
    List<Row<TransactionRecord>> rows =
        List.of(
            row(2, transaction("a", BigDecimal.ONE, NOBODY_HERE, Party.NONE)),
            row(3, transaction("b", BigDecimal.ONE, Party.NONE, NOBODY_HERE)),
            row(4, transaction("c")));

    write(scope, DEFAULTS, rows);

    assertThat(codes(rows))
        .containsExactly(RowCode.ENTITY_NOT_FOUND, RowCode.ENTITY_NOT_FOUND, null);
    assertThat(rows.get(0).problem().column()).isEqualTo("originExternalId");
    assertThat(rows.get(1).problem().column()).isEqualTo("destinationExternalId");
    assertThat(rows.get(0).problem().value()).isEqualTo("x-1");
  }

  @Test
  void withoutTheCheckWhatTheRowSaysIsKept() {
    UUID unknown = UUID.randomUUID();
    Party byId = new Party(unknown, null, "1", null, null, "{\"k\":1}");
    List<Row<TransactionRecord>> rows =
        List.of(row(2, transaction("a", BigDecimal.ONE, NOBODY_HERE, byId)));

    write(scope, ANYBODY, rows);

    assertThat(codes(rows)).containsExactly((RowCode) null);
    assertThat(column("origin_entity_id")).isEqualTo("null");
    assertThat(column("origin_external_id")).isEqualTo("x-1");
    assertThat(column("origin_name")).isEqualTo("X");
    assertThat(column("origin_country")).isEqualTo("BR");
    assertThat(column("destination_entity_id")).isEqualTo(unknown.toString());
    assertThat(column("destination_tax_id")).isEqualTo("1");
    assertThat(column("destination_details")).isEqualTo("{\"k\": 1}");
  }

  @Test
  void everyColumnGetsItsField() {
    TransactionRecord whole =
        new TransactionRecord(
            "t",
            "REFUND",
            new BigDecimal("12345678901234567890.10"),
            "BRL",
            "SENT",
            "PIX",
            "a description",
            "a category",
            "a reason",
            Instant.parse("2026-01-31T12:00:00.123456Z"),
            "a channel",
            new Party(null, null, null, "origin", null, "{\"o\":1}"),
            new Party(null, null, null, "destination", null, "{\"d\":1}"),
            "{\"l\":1}",
            "{\"e\":1}",
            "{\"m\":1}");

    write(scope, DEFAULTS, List.of(row(7, whole)));

    assertThat(column("type")).isEqualTo("REFUND");
    assertThat(column("amount")).isEqualTo("12345678901234567890.10");
    assertThat(column("currency")).isEqualTo("BRL");
    assertThat(column("status")).isEqualTo("SENT");
    assertThat(column("payment_method")).isEqualTo("PIX");
    assertThat(column("description")).isEqualTo("a description");
    assertThat(column("category")).isEqualTo("a category");
    assertThat(column("reason")).isEqualTo("a reason");
    assertThat(column("transacted_at at time zone 'UTC'")).isEqualTo("2026-01-31 12:00:00.123456");
    assertThat(column("channel")).isEqualTo("a channel");
    assertThat(column("origin_name")).isEqualTo("origin");
    assertThat(column("origin_details")).isEqualTo("{\"o\": 1}");
    assertThat(column("destination_name")).isEqualTo("destination");
    assertThat(column("destination_details")).isEqualTo("{\"d\": 1}");
    assertThat(column("location_details")).isEqualTo("{\"l\": 1}");
    assertThat(column("device_details")).isEqualTo("{\"e\": 1}");
    assertThat(column("metadata")).isEqualTo("{\"m\": 1}");
    assertThat(column("job_id")).isEqualTo(scope.job().value().toString());
    assertThat(column("file_number")).isEqualTo("1");
    assertThat(column("row_number")).isEqualTo("7");
  }

  private void write(Scope into, TransactionOptions options, List<Row<TransactionRecord>> rows) {
    database.run(
        tx ->
            new RowWriter<>(new TransactionTarget(options, new KnownEntities()))
                .write(tx, into, rows));
  }

  private static List<RowCode> codes(List<Row<TransactionRecord>> rows) {
    List<RowCode> codes = new ArrayList<>();
    rows.forEach(row -> codes.add(row.problem() == null ? null : row.problem().code()));
    return codes;
  }

  private String column(String expression) {
    return WorkerDatabase.text(
        "SELECT coalesce((" + expression + ")::text, 'null') FROM transactions WHERE job_id = ?",
        scope.job().value());
  }
}
