package io.rowledger.core.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

class DatabaseTest {

  private static final TestDatabase TEST = TestDatabase.create();

  private final Database database = TEST.database();

  @BeforeAll
  static void createTable() {
    TEST.execute(
        """
        CREATE TABLE note (id integer PRIMARY KEY, text text);
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_sleep(20); RETURN NULL; END $$;
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '23514'; END $$;
        CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW WHEN (NEW.text = 'slow') EXECUTE FUNCTION slow();
        CREATE CONSTRAINT TRIGGER refused_commit AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW WHEN (NEW.text = 'refused') EXECUTE FUNCTION refuse();
        """);
  }

  @BeforeEach
  void empty() {
    TEST.execute("TRUNCATE note");
  }

  @Test
  void aTransactionThatThrowsLeavesNothing() {
    assertThatThrownBy(
            () ->
                database.run(
                    tx -> {
                      insert(tx, 1, "a");
                      throw new IllegalStateException("stop");
                    }))
        .hasMessage("stop");

    assertThat(notes()).isEmpty();
  }

  @Test
  void aFailureBehindASavepointUndoesItsPartOnly() {
    database.run(
        tx -> {
          insert(tx, 1, "a");
          SqlFailure failure =
              catchThrowableOfType(
                  SqlFailure.class,
                  () ->
                      tx.behindSavepoint(
                          () -> {
                            insert(tx, 2, "b");
                            insert(tx, 1, "again");
                          }));
          assertThat(failure.isUniqueViolation()).isTrue();
          tx.behindSavepoint(() -> insert(tx, 3, "c"));
        });

    assertThat(notes()).containsExactly("a", "c");
  }

  @Test
  void whatShouldNotStandIsUndone() {
    database.run(
        tx -> {
          tx.keepIf(
              () -> {
                insert(tx, 1, "kept");
                return true;
              });
          tx.keepIf(
              () -> {
                insert(tx, 2, "not kept");
                return false;
              });
          assertThatThrownBy(
                  () ->
                      tx.keepIf(
                          () -> {
                            insert(tx, 3, "half done");
                            throw new IllegalStateException("stop");
                          }))
              .hasMessage("stop");
          insert(tx, 4, "after");
        });

    assertThat(notes()).containsExactly("kept", "after");
  }

  @Test
  void aFailureThatIsSwallowedDoesNotLookLikeACommit() {
    assertThatThrownBy(
            () ->
                database.run(
                    tx -> {
                      insert(tx, 1, "a");
                      assertThatThrownBy(() -> insert(tx, 1, "again"))
                          .isInstanceOf(SqlFailure.class);
                    }))
        .isInstanceOf(SqlFailure.class)
        .isNotInstanceOf(CommitUnknown.class);

    assertThat(notes()).isEmpty();
  }

  @Test
  void aCommitThatTheServerRefusesIsAnAnswer() {
    SqlFailure refused =
        catchThrowableOfType(SqlFailure.class, () -> database.run(tx -> insert(tx, 1, "refused")));

    assertThat(refused).isNotInstanceOf(CommitUnknown.class);
    assertThat(refused.isDataProblem()).isTrue();
    assertThat(notes()).isEmpty();
  }

  @Test
  void aBackendThatDiesInsideCommitLeavesTheOutcomeOpen() throws Exception {
    try (Session session = TEST.openSession()) {
      CompletableFuture<Integer> commit =
          CompletableFuture.supplyAsync(() -> session.transaction(tx -> insert(tx, 1, "slow")));
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> activityOf(session.backend().pid()).contains("PgSleep"));
      database.run(tx -> tx.execute("SELECT pg_terminate_backend(" + pid(session) + ")"));

      assertThatThrownBy(() -> commit.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CommitUnknown.class);
      SqlFailure after =
          catchThrowableOfType(
              SqlFailure.class, () -> session.transaction(tx -> insert(tx, 2, "b")));
      assertThat(after.isUnavailable()).isTrue();
    }
  }

  @Test
  void aQueryByItselfIsAboutItsOrganization() {
    OrgId organization = new OrgId(UUID.randomUUID());
    String about = "SELECT current_setting('rowledger.organization', true)";

    List<String> told =
        database.query(organization, tx -> tx.query(about, row -> row.getString(1)));

    assertThat(told).containsExactly(organization.value().toString());
  }

  /** An array of keys would have it planned anew each time, which takes longer than running it. */
  @Test
  void aQueryByItselfKeepsItsPlanAndNothingElseDoes() {
    String mode = "SELECT current_setting('plan_cache_mode')";

    List<String> byItself =
        database.query(new OrgId(UUID.randomUUID()), tx -> tx.query(mode, row -> row.getString(1)));
    List<String> after = database.transaction(tx -> tx.query(mode, row -> row.getString(1)));

    assertThat(byItself).containsExactly("force_generic_plan");
    assertThat(after).containsExactly("auto");
  }

  /** It would see nothing: what was said about the organisation is over with the first one. */
  @Test
  void aQueryByItselfIsTheOnlyOne() {
    OrgId organization = new OrgId(UUID.randomUUID());
    for (Consumer<Tx> second :
        List.<Consumer<Tx>>of(
            tx -> tx.query("SELECT 1", row -> row.getInt(1)),
            tx -> tx.execute("SELECT 1"),
            tx -> tx.stream("SELECT 1", row -> row.getInt(1), any -> {}),
            Tx::snapshot)) {
      assertThatThrownBy(
              () ->
                  database.query(
                      organization,
                      tx -> {
                        tx.query("SELECT 1", row -> row.getInt(1));
                        second.accept(tx);
                        return null;
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aServerThatIsNotThereIsUnavailable() {
    PGSimpleDataSource nowhere = new PGSimpleDataSource();
    nowhere.setUrl("jdbc:postgresql://127.0.0.1:1/none");

    SqlFailure failure =
        catchThrowableOfType(SqlFailure.class, () -> new Database(nowhere).run(tx -> {}));
    SqlFailure session = catchThrowableOfType(SqlFailure.class, () -> Session.open(nowhere));

    assertThat(failure.isUnavailable()).isTrue();
    assertThat(session.isUnavailable()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "23505, unique data",
    "23514, data",
    "22021, data",
    "40P01, again",
    "40001, again",
    "55P03, again",
    "08006, away",
    "57P01, away",
    "57P03, away",
    "53300, away",
    "25P04, ''",
    "57014, ''",
    "42601, ''",
    "RL005, ''",
    ", away"
  })
  void theStateAloneDecides(String state, String sorts) {
    SqlFailure failure = new SqlFailure(new SQLException("x", state));

    List<String> actual = new ArrayList<>();
    if (failure.isUniqueViolation()) {
      actual.add("unique");
    }
    if (failure.isDataProblem()) {
      actual.add("data");
    }
    if (failure.isWorthAnotherTry()) {
      actual.add("again");
    }
    if (failure.isUnavailable()) {
      actual.add("away");
    }
    assertThat(String.join(" ", actual)).isEqualTo(sorts);
  }

  @Test
  void valuesTravelWhateverTheZoneOfTheSession() {
    Instant instant = Instant.parse("2024-03-31T01:30:00.123456Z");
    UUID id = UUID.randomUUID();
    String found =
        database.transaction(
            tx -> {
              tx.execute("SET LOCAL TIME ZONE 'Asia/Kathmandu'");
              assertThat(
                      tx.queryOne(
                          "SELECT ?::timestamptz AS at", row -> Tx.instant(row, "at"), instant))
                  .contains(instant);
              return tx.queryOne(
                      "SELECT ? = ANY(?) AND ? = ANY(?) AND ? = ANY(?) AND ? = ANY(?)",
                      row -> row.getString(1),
                      id,
                      new UUID[] {id},
                      3L,
                      new Long[] {3L},
                      4,
                      new Integer[] {4},
                      "ü",
                      new String[] {"ü", null})
                  .orElseThrow();
            });

    assertThat(found).isEqualTo("t");
  }

  @Test
  void aLargeResultIsReadInPagesAndInOrder() {
    List<Integer> read = new ArrayList<>();
    database.run(
        tx ->
            tx.stream(
                "SELECT n FROM generate_series(1, ?) AS n",
                row -> row.getInt(1),
                read::add,
                1_234));

    assertThat(read).hasSize(1_234).isSorted();
  }

  @Test
  void oneRowMeansOneRow() {
    assertThatThrownBy(
            () ->
                database.run(
                    tx -> tx.queryOne("SELECT generate_series(1, 2)", row -> row.getInt(1))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void idsRiseAndAreOfVersionSeven() {
    UUID last = UuidV7.next();
    for (int i = 0; i < 20_000; i++) {
      UUID next = UuidV7.next();
      assertThat(next.version()).isEqualTo(7);
      assertThat(next.variant()).isEqualTo(2);
      assertThat(next.toString()).isGreaterThan(last.toString());
      last = next;
    }
    assertThat(Instant.ofEpochMilli(last.getMostSignificantBits() >>> 16))
        .isBetween(now().minusSeconds(60), now().plusSeconds(60));
  }

  private Instant now() {
    return database
        .transaction(
            tx -> tx.queryOne("SELECT clock_timestamp() AS at", row -> Tx.instant(row, "at")))
        .orElseThrow();
  }

  private static int pid(Session session) {
    return session.backend().pid();
  }

  private String activityOf(int pid) {
    return database
        .transaction(
            tx ->
                tx.queryOne(
                    "SELECT coalesce(wait_event, '') FROM pg_stat_activity WHERE pid = ?",
                    row -> row.getString(1),
                    pid))
        .orElse("");
  }

  private static int insert(Tx tx, int id, String text) {
    return tx.update("INSERT INTO note VALUES (?, ?)", id, text);
  }

  private List<String> notes() {
    return database.transaction(
        tx -> tx.query("SELECT text FROM note ORDER BY id", row -> row.getString(1)));
  }
}
