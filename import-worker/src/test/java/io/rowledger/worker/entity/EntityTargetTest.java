package io.rowledger.worker.entity;

import static io.rowledger.worker.testing.Records.entity;
import static io.rowledger.worker.testing.Records.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rowledger.core.entity.EntityOptions;
import io.rowledger.core.entity.EntityRecord;
import io.rowledger.core.entity.ImportMode;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.DatabaseRoles;
import io.rowledger.worker.target.Row;
import io.rowledger.worker.target.RowWriter;
import io.rowledger.worker.target.Scope;
import io.rowledger.worker.testing.WorkerDatabase;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of an entity: every code of its kind, and the record as it is stored. */
class EntityTargetTest {

  private final Database database = WorkerDatabase.database();
  private final Scope scope = WorkerDatabase.scope();

  @ParameterizedTest
  @CsvSource({
    "MANUAL, SKIPPED_DUPLICATE_TAX_ID",
    "AUTOMATIC, SKIPPED_ENTITY_ALREADY_EXISTS",
  })
  void whoIsThereIsASkip(ImportMode mode, RowCode code) {
    write(
        WorkerDatabase.anotherJob(scope), mode, List.of(row(2, entity("1", "BR", "person", null))));
    List<Row<EntityRecord>> rows =
        List.of(
            row(2, entity("1", "BR", "person", null)),
            row(3, entity("1", "AR", "person", null)),
            row(4, entity("2", "BR", "person", null)));

    write(scope, mode, rows);

    assertThat(codes(rows)).containsExactly(code, null, null);
    assertThat(rows.get(0).problem().column()).isEqualTo("taxId");
  }

  @Test
  void whoIsThereWithAnotherTypeIsAFailure() {
    write(
        WorkerDatabase.anotherJob(scope),
        ImportMode.MANUAL,
        List.of(row(2, entity("1", "BR", "person", null))));
    List<Row<EntityRecord>> rows =
        List.of(
            row(2, entity("1", "BR", "company", null)),
            row(3, entity("2", "BR", "person", null)),
            row(4, entity("2", "BR", "company", null)));

    write(scope, ImportMode.MANUAL, rows);

    assertThat(codes(rows))
        .containsExactly(RowCode.TAX_ID_TYPE_MISMATCH, null, RowCode.TAX_ID_TYPE_MISMATCH);
    assertThat(rows.get(0).problem().message()).contains("person", "company");
  }

  @Test
  void theSecondOfTwoInOneUploadIsASkip() {
    List<Row<EntityRecord>> rows =
        List.of(
            row(2, entity("1", "BR", "person", null)), row(3, entity("1", "BR", "person", "e")));
    write(scope, ImportMode.MANUAL, rows);
    List<Row<EntityRecord>> later = List.of(row(4, entity("1", "BR", "person", null)));
    write(scope, ImportMode.MANUAL, later);

    assertThat(codes(rows)).containsExactly(null, RowCode.SKIPPED_DUPLICATE_IN_FILE);
    assertThat(codes(later)).containsExactly(RowCode.SKIPPED_DUPLICATE_IN_FILE);
  }

  @Test
  void anExternalIdThatIsTakenIsAFailure() {
    write(
        WorkerDatabase.anotherJob(scope),
        ImportMode.MANUAL,
        List.of(row(2, entity("1", "BR", "person", "e"))));
    List<Row<EntityRecord>> rows =
        List.of(
            row(2, entity("2", "BR", "person", "e")),
            row(3, entity("3", "BR", "person", "f")),
            row(4, entity("4", "BR", "person", "f")),
            row(5, entity("5", "BR", "person", null)),
            row(6, entity("6", "BR", "person", null)));

    write(scope, ImportMode.MANUAL, rows);

    assertThat(codes(rows))
        .containsExactly(
            RowCode.DUPLICATE_EXTERNAL_ID, null, RowCode.DUPLICATE_EXTERNAL_ID, null, null);
    assertThat(rows.get(0).problem().column()).isEqualTo("externalId");
    assertThat(rows.get(0).problem().value()).isEqualTo("e");
  }

  /**
   * The look-up of the row under test is held while it looks at an entity that is there, by a
   * policy that waits. Meanwhile another upload of the same rows is committed.
   */
  @Test
  void whoComesWhileWeLookIsNeverSomebodyElseWithOurExternalId() throws Exception {
    write(
        WorkerDatabase.anotherJob(scope),
        ImportMode.MANUAL,
        List.of(row(2, entity("1", "BR", "person", "a"))));
    List<Row<EntityRecord>> rows =
        List.of(row(2, entity("1", "BR", "person", "a")), row(3, entity("2", "BR", "person", "b")));
    database.run(
        tx ->
            tx.execute(
                """
                CREATE FUNCTION look_slowly() RETURNS boolean LANGUAGE plpgsql AS $$
                  BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN true; END $$;
                CREATE POLICY slow ON entities AS RESTRICTIVE FOR SELECT TO rowledger_api USING (look_slowly())
                """));
    ExecutorService looker = Executors.newSingleThreadExecutor();
    try {
      AtomicReference<Future<?>> look = new AtomicReference<>();
      database.run(
          tx -> {
            tx.execute("SELECT pg_advisory_xact_lock(4711)");
            look.set(
                looker.submit(
                    () ->
                        WorkerDatabase.database(DatabaseRoles.API)
                            .run(
                                scope.organization(),
                                api ->
                                    new EntityTarget(EntityOptions.of(ImportMode.MANUAL))
                                        .checkDuplicates(api, scope, rows))));
            await()
                .until(
                    () ->
                        !WorkerDatabase.text(
                                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                            .equals("0"));
            write(
                WorkerDatabase.anotherJob(scope),
                ImportMode.MANUAL,
                List.of(row(2, entity("2", "BR", "person", "b"))));
          });
      look.get().get(30, TimeUnit.SECONDS);
    } finally {
      looker.shutdownNow();
      database.run(tx -> tx.execute("DROP POLICY slow ON entities; DROP FUNCTION look_slowly()"));
    }

    // Not seen at all is right as well: then the unique index says so, and one looks again.
    assertThat(codes(rows)).containsExactly(RowCode.SKIPPED_DUPLICATE_TAX_ID, null);
  }

  @Test
  void anotherOrganisationMayHaveTheSameEntity() {
    write(
        WorkerDatabase.scope(),
        ImportMode.MANUAL,
        List.of(row(2, entity("1", "BR", "company", "e"))));
    List<Row<EntityRecord>> rows = List.of(row(2, entity("1", "BR", "person", "e")));

    write(scope, ImportMode.MANUAL, rows);

    assertThat(codes(rows)).containsExactly((RowCode) null);
  }

  @Test
  void everyColumnGetsItsField() {
    EntityRecord whole =
        new EntityRecord(
            "e",
            "company",
            "1",
            "BR",
            "A name",
            "active",
            true,
            "AR",
            "a@example.com",
            "+1",
            LocalDate.of(2026, 1, 31),
            "{\"a\":1}",
            "{\"r\":1}",
            "{\"d\":1}");

    write(scope, ImportMode.MANUAL, List.of(row(7, whole)));

    assertThat(column("external_id")).isEqualTo("e");
    assertThat(column("type")).isEqualTo("company");
    assertThat(column("tax_id")).isEqualTo("1");
    assertThat(column("country_code")).isEqualTo("BR");
    assertThat(column("name")).isEqualTo("A name");
    assertThat(column("status")).isEqualTo("active");
    assertThat(column("is_client")).isEqualTo("true");
    assertThat(column("nationality")).isEqualTo("AR");
    assertThat(column("email")).isEqualTo("a@example.com");
    assertThat(column("phone")).isEqualTo("+1");
    assertThat(column("registration_date")).isEqualTo("2026-01-31");
    assertThat(column("attributes")).isEqualTo("{\"a\": 1}");
    assertThat(column("risk_factors")).isEqualTo("{\"r\": 1}");
    assertThat(column("entity_data")).isEqualTo("{\"d\": 1}");
    assertThat(column("row_number")).isEqualTo("7");
  }

  @Test
  void anExternalIdIsGeneratedWhenThereIsNone() {
    write(scope, ImportMode.MANUAL, List.of(row(2, entity("1", "BR", "person", null))));

    assertThat(column("external_id")).isEqualTo(column("id"));
  }

  private void write(Scope into, ImportMode mode, List<Row<EntityRecord>> rows) {
    database.run(
        tx -> new RowWriter<>(new EntityTarget(EntityOptions.of(mode))).write(tx, into, rows));
  }

  private static List<RowCode> codes(List<Row<EntityRecord>> rows) {
    List<RowCode> codes = new ArrayList<>();
    rows.forEach(row -> codes.add(row.problem() == null ? null : row.problem().code()));
    return codes;
  }

  private String column(String column) {
    return WorkerDatabase.text(
        "SELECT " + column + "::text FROM entities WHERE job_id = ?", scope.job().value());
  }
}
