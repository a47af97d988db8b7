package io.rowledger.worker.userevent;

import static io.rowledger.worker.testing.Records.entity;
import static io.rowledger.worker.testing.Records.event;
import static io.rowledger.worker.testing.Records.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rowledger.core.entity.EntityOptions;
import io.rowledger.core.entity.EntityRecord;
import io.rowledger.core.entity.EntityReference;
import io.rowledger.core.entity.ImportMode;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.userevent.UserEventOptions;
import io.rowledger.core.userevent.UserEventRecord;
import io.rowledger.worker.entity.EntityTarget;
import io.rowledger.worker.target.KnownEntities;
import io.rowledger.worker.target.Row;
import io.rowledger.worker.target.RowWriter;
import io.rowledger.worker.target.Scope;
import io.rowledger.worker.testing.WorkerDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a user event and of its entity: every code of its kind, and both records. */
class UserEventTargetTest {

  private static final UserEventOptions ONLY_THOSE_THERE = new UserEventOptions(true, false);
  private static final String ANA = "60281044856";
  private static final String BIA = "11144477735";
  private static final String COMPANY = "20325585000127";

  private final Database database = WorkerDatabase.database();
  private final Scope scope = WorkerDatabase.scope();

  @Test
  void anEventFindsItsEntityByIdThenExternalIdThenTaxId() {
    entities(entity(ANA, "BR", "person", "ana"), entity(BIA, "BR", "person", "bia"));
    UUID ana = entityId("ana");
    UUID bia = entityId("bia");

    List<Row<UserEventRecord>> rows =
        List.of(
            row(2, event(null, ana, "bia", BIA, "BR")),
            row(3, event(null, UUID.randomUUID(), "bia", ANA, "BR")),
            row(4, event(null, null, "nobody", ANA, null)),
            row(5, event(null, null, null, BIA, "BR")));
    int created = write(scope, rows);

    assertThat(codes(rows)).containsOnlyNulls();
    assertThat(created).isZero();
    assertThat(entitiesOfEvents()).isEqualTo("2=%s,3=%s,4=%s,5=%s".formatted(ana, bia, ana, bia));
  }

  @Test
  void aPersonWhoIsNotThereIsCreatedWithTheEventsJobAndRow() {
    List<Row<UserEventRecord>> rows =
        List.of(row(7, event("e-1", null, "cust-9", ANA, "BR")), row(8, event(null, BIA, "BR")));

    int created = write(scope, rows);

    assertThat(created).isEqualTo(2);
    assertThat(codes(rows)).containsOnlyNulls();
    assertThat(
            text(
                """
                SELECT concat_ws('|', type, tax_id, country_code, external_id, status, name, job_id,
                                 file_number, row_number)
                  FROM entities WHERE organization_id = ? AND tax_id = '60281044856'
                """))
        .isEqualTo("person|%s|BR|cust-9|under_review|%s|1|7".formatted(ANA, scope.job()));
    assertThat(
            text(
                "SELECT external_id = id::text FROM entities WHERE organization_id = ?"
                    + " AND tax_id = '11144477735'"))
        .isEqualTo("t");
    assertThat(
            text(
                "SELECT string_agg(n.tax_id, ',' ORDER BY e.row_number) FROM user_events e"
                    + " JOIN entities n ON n.id = e.entity_id WHERE e.organization_id = ?"))
        .isEqualTo(ANA + "," + BIA);
  }

  @Test
  void theSameTaxIdTwiceInAnUploadCreatesOneEntity() {
    List<Row<UserEventRecord>> first =
        List.of(
            // Written in the order of their event ids, created by the first row of the file.
            row(2, event("z", ANA, "BR")),
            row(3, event("a", ANA, "BR")),
            row(4, event(null, ANA, null)),
            row(5, event(null, "12345678", "AR")));
    List<Row<UserEventRecord>> later = List.of(row(9, event(null, ANA, "BR")));

    assertThat(write(scope, first)).isEqualTo(2);
    assertThat(write(scope, later)).isZero();

    assertThat(codes(first)).containsOnlyNulls();
    assertThat(codes(later)).containsOnlyNulls();
    assertThat(
            text(
                "SELECT string_agg(country_code || row_number, ',' ORDER BY row_number)"
                    + " FROM entities WHERE organization_id = ?"))
        .isEqualTo("BR2,AR5");
    assertThat(
            text(
                "SELECT count(DISTINCT entity_id) || '/' || count(*) FROM user_events"
                    + " WHERE organization_id = ?"))
        .isEqualTo("2/5");
  }

  @Test
  void aLaterRowOfTheChunkFindsTheOneWhomAnEarlierRowCreates() {
    List<Row<UserEventRecord>> rows =
        List.of(
            row(2, event(null, ANA, null)),
            row(3, event(null, null, "ana", ANA, "BR")),
            row(4, event(null, ANA, null)),
            row(5, event(null, null, "ana", null, null)),
            // The external id comes first, whatever the tax id says.
            row(6, event(null, null, "ana", BIA, "BR")));

    int created = write(scope, rows);

    assertThat(codes(rows)).containsExactly(RowCode.ENTITY_NOT_FOUND, null, null, null, null);
    assertThat(created).isEqualTo(1);
  }

  @Test
  void aDuplicateEventCreatesNobody() {
    write(WorkerDatabase.anotherJob(scope), List.of(row(2, event("there", BIA, "BR"))));
    List<Row<UserEventRecord>> rows =
        List.of(row(2, event("there", ANA, "BR")), row(3, event(null, ANA, null)));

    int created = write(scope, rows);

    assertThat(created).isZero();
    assertThat(codes(rows))
        .containsExactly(RowCode.SKIPPED_DUPLICATE_EVENT_ID, RowCode.ENTITY_NOT_FOUND);
  }

  @Test
  void anEventThatIsThereIsASkip() {
    entities(entity(ANA, "BR", "person", "ana"));
    write(WorkerDatabase.anotherJob(scope), List.of(row(2, event("there", ANA, "BR"))));
    List<Row<UserEventRecord>> rows =
        List.of(
            row(2, event("there", ANA, "BR")),
            row(3, event("new", ANA, "BR")),
            row(4, event("new", ANA, "BR")),
            row(5, event("NEW", ANA, "BR")),
            row(6, event(null, ANA, "BR")),
            row(7, event(null, ANA, "BR")));
    List<Row<UserEventRecord>> later = List.of(row(8, event("new", ANA, "BR")));

    write(scope, rows);
    write(scope, later);

    assertThat(codes(rows))
        .containsExactly(
            RowCode.SKIPPED_DUPLICATE_EVENT_ID,
            null,
            RowCode.SKIPPED_DUPLICATE_IN_FILE,
            null,
            null,
            null);
    assertThat(codes(later)).containsExactly(RowCode.SKIPPED_DUPLICATE_IN_FILE);
    assertThat(rows.get(0).problem().column()).isEqualTo("eventId");
    assertThat(rows.get(0).problem().value()).isEqualTo("there");
  }

  @Test
  void anEventThatFailedDoesNotTakeItsEventId() {
    List<Row<UserEventRecord>> rows =
        List.of(row(2, event("e", null, "nobody", null, null)), row(3, event("e", ANA, "BR")));

    write(scope, rows);

    assertThat(codes(rows)).containsExactly(RowCode.ENTITY_NOT_FOUND, null);
  }

  @Test
  void anotherOrganisationMayUseTheSameEventIdAndTaxId() {
    Scope other = WorkerDatabase.scope();
    write(other, List.of(row(2, event("e", ANA, "BR"))));
    List<Row<UserEventRecord>> rows = List.of(row(2, event("e", ANA, "BR")));

    assertThat(write(scope, rows)).isEqualTo(1);

    assertThat(codes(rows)).containsOnlyNulls();
  }

  @Test
  void aTaxIdOfSeveralEntitiesIsAmbiguousAndCreatesNobody() {
    entities(
        entity("20123456786", "BR", "company", null), entity("20123456786", "AR", "company", null));
    List<Row<UserEventRecord>> rows =
        List.of(row(2, event(null, "20123456786", null)), row(3, event(null, "20123456786", "AR")));

    int created = write(scope, rows);

    assertThat(codes(rows)).containsExactly(RowCode.AMBIGUOUS_TAX_ID, null);
    assertThat(rows.get(0).problem().message()).contains("taxIdCountry");
    assertThat(created).isZero();
  }

  @Test
  void whoCannotBeCreatedIsNotFoundAndTheMessageSaysWhy() {
    List<Row<UserEventRecord>> rows =
        List.of(
            row(2, event(null, UUID.randomUUID(), null, null, null)),
            row(3, event(null, null, "nobody", null, "BR")),
            row(4, event(null, ANA, null)),
            row(5, event(null, COMPANY, "BR")));

    int created = write(scope, rows);

    assertThat(codes(rows)).containsOnly(RowCode.ENTITY_NOT_FOUND);
    assertThat(created).isZero();
    assertThat(rows.get(0).problem().column()).isEqualTo("entityId");
    assertThat(rows.get(1).problem().column()).isEqualTo("entityExternalId");
    assertThat(rows.get(1).problem().value()).isEqualTo("nobody");
    assertThat(rows.get(2).problem().message()).contains("add taxId and taxIdCountry");
    assertThat(rows.get(3).problem().message()).contains("not one of a person in BR");
  }

  @Test
  void withoutAutoEntityNobodyIsCreated() {
    List<Row<UserEventRecord>> rows = List.of(row(2, event(null, ANA, "BR")));
    UserEventTarget target = new UserEventTarget(ONLY_THOSE_THERE, new KnownEntities());

    database.run(tx -> new RowWriter<>(target).write(tx, scope, rows));

    assertThat(codes(rows)).containsExactly(RowCode.ENTITY_NOT_FOUND);
    assertThat(rows.get(0).problem().message()).contains("withAutoEntity=true");
    assertThat(target.entitiesCreated()).isZero();
    assertThat(text("SELECT count(*) FROM entities WHERE organization_id = ?")).isEqualTo("0");
  }

  @Test
  void anExistingCompanyIsFoundByItsTaxId() {
    entities(entity(COMPANY, "BR", "company", null));
    List<Row<UserEventRecord>> rows = List.of(row(2, event(null, COMPANY, "BR")));

    assertThat(write(scope, rows)).isZero();

    assertThat(codes(rows)).containsOnlyNulls();
  }

  @Test
  void twoJobsThatCreateTheSamePersonsAtOnceCreateThemOnce() throws Exception {
    int jobs = 4;
    List<Future<Integer>> created = new ArrayList<>();
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(jobs);
    try {
      for (int job = 0; job < jobs; job++) {
        Scope own = WorkerDatabase.anotherJob(scope);
        boolean backwards = job % 2 == 1;
        created.add(
            threads.submit(
                () -> {
                  List<Row<UserEventRecord>> rows = new ArrayList<>();
                  for (int i = 0; i < 200; i++) {
                    int person = backwards ? 199 - i : i;
                    rows.add(row(i + 2, event(null, "%011d".formatted(person), "BR")));
                  }
                  start.await();
                  int count = write(own, rows);
                  assertThat(codes(rows)).containsOnlyNulls();
                  return count;
                }));
      }
      start.countDown();
      int sum = 0;
      for (Future<Integer> count : created) {
        sum += count.get(60, TimeUnit.SECONDS);
      }
      assertThat(sum).isEqualTo(200);
    } finally {
      threads.shutdownNow();
    }

    assertThat(text("SELECT count(*) FROM entities WHERE organization_id = ?")).isEqualTo("200");
    assertThat(
            text(
                "SELECT count(*) FROM user_events e JOIN entities n ON n.id = e.entity_id"
                    + " AND n.tax_id = e.tax_id WHERE e.organization_id = ?"))
        .isEqualTo("800");
  }

  @Test
  void whoIsBeingCreatedByAnotherTransactionIsWaitedFor() throws Exception {
    // Given a transaction that has created the entity and not committed
    Scope rival = WorkerDatabase.anotherJob(scope);
    CountDownLatch written = new CountDownLatch(1);
    CountDownLatch commit = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> first =
          threads.submit(
              () ->
                  database.run(
                      tx -> {
                        new RowWriter<>(new EntityTarget(EntityOptions.of(ImportMode.MANUAL)))
                            .write(tx, rival, List.of(row(2, entity(ANA, "BR", "person", "ana"))));
                        written.countDown();
                        try {
                          assertThat(commit.await(30, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                      }));
      assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();

      // When
      List<Row<UserEventRecord>> rows = List.of(row(2, event(null, null, "other", ANA, "BR")));
      Future<Integer> second = threads.submit(() -> write(scope, rows));
      await().atMost(Duration.ofSeconds(30)).until(this::somebodyWaitsForATransaction);
      commit.countDown();
      first.get(30, TimeUnit.SECONDS);

      // Then
      assertThat(second.get(30, TimeUnit.SECONDS)).isZero();
      assertThat(codes(rows)).containsOnlyNulls();
      assertThat(entitiesOfEvents()).isEqualTo("2=" + entityId("ana"));
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean somebodyWaitsForATransaction() {
    return WorkerDatabase.text(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                + " AND query LIKE '%INSERT INTO entities%' AND datname = current_database()")
        .equals("1");
  }

  @Test
  void whoIsUndoneWithItsRowIsCreatedByTheNext() {
    // Given rows that PostgreSQL refuses alone, because nothing else knows
    List<Row<UserEventRecord>> rows =
        List.of(
            row(2, refusedByTheDatabase("a", ANA)),
            row(3, event("b", ANA, "BR")),
            row(4, refusedByTheDatabase("c", BIA)),
            row(5, event("d", ANA, "BR")));

    int created = write(scope, rows);

    assertThat(codes(rows))
        .containsExactly(RowCode.PROCESSING_ERROR, null, RowCode.PROCESSING_ERROR, null);
    assertThat(created).isEqualTo(1);
    assertThat(
            text(
                "SELECT string_agg(tax_id || '/' || row_number, ',') FROM entities WHERE organization_id = ?"))
        .isEqualTo(ANA + "/3");
  }

  private static UserEventRecord refusedByTheDatabase(String eventId, String taxId) {
    return new UserEventRecord(
        eventId,
        "LOGIN",
        new EntityReference(null, null, taxId, "BR"),
        null,
        Instant.EPOCH,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        -1,
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void theSameChunkAgainWritesNothingTwice() {
    List<Row<UserEventRecord>> rows =
        List.of(row(2, event("e", ANA, "BR")), row(3, event("f", BIA, "BR")));
    List<Row<UserEventRecord>> nameless = List.of(row(4, event(null, ANA, "BR")));
    write(scope, rows);
    write(scope, nameless);

    assertThat(write(scope, rows)).isZero();
    assertThatThrownBy(() -> write(scope, nameless))
        .isInstanceOfSatisfying(
            SqlFailure.class, failure -> assertThat(failure.isUniqueViolation()).isTrue());

    assertThat(codes(rows)).containsOnly(RowCode.SKIPPED_DUPLICATE_IN_FILE);
    assertThat(text("SELECT count(*) FROM user_events WHERE organization_id = ?")).isEqualTo("3");
    assertThat(text("SELECT count(*) FROM entities WHERE organization_id = ?")).isEqualTo("2");
  }

  @Test
  void everyColumnGetsItsField() {
    entities(entity(ANA, "BR", "person", "ana"));
    UserEventRecord whole =
        new UserEventRecord(
            "an event",
            "LOGIN",
            new EntityReference(UUID.randomUUID(), "ana", BIA, "AR"),
            "a user",
            Instant.parse("2026-01-31T12:00:00.123456Z"),
            LocalDate.of(2026, 1, 30),
            "a device",
            "{\"d\":1}",
            "203.0.113.7",
            "CL",
            true,
            false,
            true,
            7,
            "an account",
            "a cuit",
            "a value",
            "{\"m\":1}",
            "an agent");

    write(scope, List.of(row(9, whole)));

    assertThat(column("event_id")).isEqualTo("an event");
    assertThat(column("event_type")).isEqualTo("LOGIN");
    assertThat(column("entity_id")).isEqualTo(entityId("ana").toString());
    assertThat(column("entity_external_id")).isEqualTo("ana");
    assertThat(column("tax_id")).isEqualTo(BIA);
    assertThat(column("tax_id_country")).isEqualTo("AR");
    assertThat(column("user_id")).isEqualTo("a user");
    assertThat(column("occurred_at at time zone 'UTC'")).isEqualTo("2026-01-31 12:00:00.123456");
    assertThat(column("event_date")).isEqualTo("2026-01-30");
    assertThat(column("device_id")).isEqualTo("a device");
    assertThat(column("device_details")).isEqualTo("{\"d\": 1}");
    assertThat(column("ip_address")).isEqualTo("203.0.113.7");
    assertThat(column("country")).isEqualTo("CL");
    assertThat(column("is_vpn")).isEqualTo("true");
    assertThat(column("is_proxy")).isEqualTo("false");
    assertThat(column("is_new_device")).isEqualTo("true");
    assertThat(column("failed_attempts_count")).isEqualTo("7");
    assertThat(column("destination_account_id")).isEqualTo("an account");
    assertThat(column("destination_cuit")).isEqualTo("a cuit");
    assertThat(column("previous_value")).isEqualTo("a value");
    assertThat(column("metadata")).isEqualTo("{\"m\": 1}");
    assertThat(column("user_agent")).isEqualTo("an agent");
    assertThat(column("job_id")).isEqualTo(scope.job().value().toString());
    assertThat(column("file_number")).isEqualTo("1");
    assertThat(column("row_number")).isEqualTo("9");
  }

  /** Returns how many entities were created. */
  private int write(Scope into, List<Row<UserEventRecord>> rows) {
    UserEventTarget target = new UserEventTarget(UserEventOptions.DEFAULTS, new KnownEntities());
    database.run(tx -> new RowWriter<>(target).write(tx, into, rows));
    return target.entitiesCreated();
  }

  private void entities(EntityRecord... records) {
    List<Row<EntityRecord>> rows = new ArrayList<>();
    for (EntityRecord record : records) {
      rows.add(row(rows.size() + 2, record));
    }
    database.run(
        tx ->
            new RowWriter<>(new EntityTarget(EntityOptions.of(ImportMode.MANUAL)))
                .write(tx, WorkerDatabase.anotherJob(scope), rows));
  }

  private static List<@Nullable RowCode> codes(List<Row<UserEventRecord>> rows) {
    List<@Nullable RowCode> codes = new ArrayList<>();
    rows.forEach(row -> codes.add(row.problem() == null ? null : row.problem().code()));
    return codes;
  }

  private UUID entityId(String externalId) {
    return UUID.fromString(
        WorkerDatabase.text(
            "SELECT id::text FROM entities WHERE organization_id = ? AND external_id = ?",
            scope.organization().value(),
            externalId));
  }

  private String entitiesOfEvents() {
    return text(
        "SELECT string_agg(row_number || '=' || entity_id, ',' ORDER BY row_number)"
            + " FROM user_events WHERE organization_id = ?");
  }

  /** The one text of a query about this test's organisation. */
  private String text(String sql) {
    return WorkerDatabase.text(sql, scope.organization().value());
  }

  private String column(String expression) {
    return WorkerDatabase.text(
        "SELECT coalesce((" + expression + ")::text, 'null') FROM user_events WHERE job_id = ?",
        scope.job().value());
  }
}
