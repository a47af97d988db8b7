package io.rowledger.core.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.Scene;
import io.rowledger.core.testing.TestDatabase;
import io.rowledger.testkit.DatabaseRoles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the database lets each role do, table by table as its catalogue has them: a table that a
 * migration adds is asked the same questions.
 */
class AccessTest {

  private static final TestDatabase TEST = TestDatabase.create();
  private static final Database ALL = TEST.database();
  private static final Database API = new Database(TEST.dataSource(DatabaseRoles.API));
  private static final Database WORKER = new Database(TEST.dataSource(DatabaseRoles.WORKER));

  private static final String DENIED = "42501";

  private static OrgId own;
  private static OrgId other;

  @BeforeAll
  static void twoOrganisationsWithARowInEveryTable() {
    own = Scene.of(TEST);
    other = Scene.of(TEST);
  }

  /** A table, and the column that says whose its rows are; null for one that hangs off another. */
  record Table(String name, @Nullable String key) {

    String whose(OrgId organization) {
      String id = "'" + organization.value() + "'";
      return key == null
          ? "upload_id IN (SELECT id FROM upload WHERE organization_id = %s)".formatted(id)
          : key + " = " + id;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<String> everyTable() {
    return ALL.transaction(
        tx ->
            tx.query(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
                row -> row.getString(1)));
  }

  /** Those that hold something of an organisation. */
  static List<Table> tablesOfOrganisations() {
    return ALL.transaction(
        tx ->
            tx.query(
                """
                SELECT c.relname, CASE c.relname WHEN 'organization' THEN 'id' ELSE a.attname END
                  FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
                 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                   AND (a.attname IS NOT NULL OR c.relname IN ('organization', 'upload_chunk'))
                 ORDER BY 1
                """,
                row -> new Table(row.getString(1), row.getString(2))));
  }

  @Test
  void thereAreTables() {
    assertThat(tablesOfOrganisations()).hasSizeGreaterThanOrEqualTo(16);
  }

  @ParameterizedTest
  @MethodSource("everyTable")
  void everyTableHasADecision(String table) throws IOException {
    String decisions =
        Files.readString(
            Path.of("src", "main", "resources", "db", "migration", "afterMigrate.sql"));

    assertThat(decisions)
        .as("say in afterMigrate.sql which roles may do what with it")
        .contains("('" + table + "', ");
  }

  @ParameterizedTest
  @MethodSource("tablesOfOrganisations")
  void everyTableOfAnOrganisationHasRowsOfTwoToTellApart(Table table) {
    assertThat(count(ALL, table, own)).as("add a row to Scene").isPositive();
    assertThat(count(ALL, table, other)).isPositive();
  }

  @ParameterizedTest
  @MethodSource("tablesOfOrganisations")
  void itsPoliciesAreOn(Table table) {
    assertThat(
            number(
                ALL,
                """
                SELECT count(*) FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid
                 WHERE c.oid = '%s'::regclass AND c.relrowsecurity AND p.polname IN ('own_rows', 'all_rows')
                """
                    .formatted(table)))
        .isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("tablesOfOrganisations")
  void aQueryThatForgotItsConditionSeesOwnRowsOnly(Table table) {
    Optional<String> column = columnThatMayBe("SELECT", table);
    if (column.isEmpty()) {
      assertDenied(API, own, "SELECT * FROM " + table);
      return;
    }
    String all = "SELECT count(%s) FROM %s".formatted(column.get(), table);

    int seen = API.transaction(own, tx -> number(tx, all));
    int seenByNobody = API.transaction(tx -> number(tx, all));

    assertThat(seen).isEqualTo(count(ALL, table, own));
    assertThat(seenByNobody).isZero();
    // Not even what the connection was used for before.
    assertThat((int) API.transaction(other, tx -> number(tx, all)))
        .isEqualTo(count(ALL, table, other));
  }

  @ParameterizedTest
  @MethodSource("tablesOfOrganisations")
  void rowsOfAnotherOrganisationCannotBeAdded(Table table) {
    String columns = settableColumns(table);
    String row =
        ALL.transaction(
            tx ->
                tx.queryOne(
                        "SELECT row_to_json(t)::text FROM %s t WHERE %s LIMIT 1"
                            .formatted(table, table.whose(other)),
                        found -> found.getString(1))
                    .orElseThrow());
    String insert =
        "INSERT INTO %s (%s) SELECT %s FROM json_populate_record(NULL::%s, '%s'::json)"
            .formatted(table, columns, columns, table, row.replace("'", "''"));

    assertDenied(API, own, insert);
    assertDenied(API, null, insert);
  }

  @ParameterizedTest
  @MethodSource("tablesOfOrganisations")
  void rowsOfAnotherOrganisationCannotBeChangedOrDeleted(Table table) {
    int before = count(ALL, table, other);
    Optional<String> writable = columnThatMayBe("UPDATE", table);
    if (writable.isEmpty()) {
      assertDenied(API, own, "UPDATE %1$s SET %2$s = %2$s".formatted(table, anyColumn(table)));
    } else {
      String update = "UPDATE %1$s SET %2$s = %2$s".formatted(table, writable.get());
      int changed = API.transaction(own, tx -> tx.update(update));
      assertThat(changed).isEqualTo(count(ALL, table, own));
      assertThat((int) API.transaction(tx -> tx.update(update))).isZero();
    }
    SqlFailure deleting =
        catchThrowableOfType(
            SqlFailure.class,
            () ->
                API.run(
                    own,
                    tx -> {
                      assertThat(tx.update("DELETE FROM " + table))
                          .isEqualTo(count(ALL, table, own));
                      throw new SqlFailure(new SQLException("undo", "undo1"));
                    }));
    assertThat(deleting.sqlState()).isIn("undo1", DENIED);
    assertThat(count(ALL, table, other)).isEqualTo(before);
  }

  @Test
  void aJobCannotBeMadeOfAnotherOrganisationsRows() {
    String foreign =
        text(ALL, "SELECT id FROM upload WHERE organization_id = '%s'".formatted(other.value()));

    assertDenied(API, own, Scene.job(own, foreign));
  }

  @Test
  void theApiSeesAllOrganisationsWhenItSaysSoAndOnlyUntilTheTransactionEnds() {
    String jobs = "SELECT count(DISTINCT organization_id) FROM import_job";

    assertThat((int) API.acrossOrganizations(tx -> number(tx, jobs))).isEqualTo(2);
    assertThat((int) API.transaction(tx -> number(tx, jobs))).isZero();
    assertThat((int) WORKER.acrossOrganizations(tx -> number(tx, jobs))).isEqualTo(2);
  }

  /** A policy that makes an index useless would be found out by the first large organisation. */
  @Test
  void thePolicyIsAConditionOfTheIndex() {
    String plan =
        API.transaction(
            own,
            tx -> {
              tx.execute("SET LOCAL enable_seqscan = off");
              return String.join(
                  "\n",
                  tx.query(
                      "EXPLAIN SELECT * FROM transactions ORDER BY id LIMIT 10",
                      row -> row.getString(1)));
            });

    assertThat(plan).contains("Index Cond: (organization_id =");
  }

  @Test
  void aSavepointThatIsUndoneDoesNotUndoWhoseTransactionItIs() {
    int seen =
        API.transaction(
            own,
            tx -> {
              assertThatThrownBy(() -> tx.behindSavepoint(() -> tx.execute("SELECT 1 / 0")))
                  .isInstanceOf(SqlFailure.class);
              return number(tx, "SELECT count(*) FROM import_job");
            });

    assertThat(seen).isEqualTo(1);
  }

  @Test
  void aSnapshotAndAStreamAreOfTheOrganisationToo() {
    List<String> streamed = new ArrayList<>();
    API.run(
        own,
        tx -> {
          tx.snapshot();
          tx.stream("SELECT id FROM import_job", row -> row.getString(1), streamed::add);
        });

    assertThat(streamed).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO transactions SELECT * FROM transactions",
        "INSERT INTO entities SELECT * FROM entities",
        "INSERT INTO user_events SELECT * FROM user_events",
        "INSERT INTO import_row_result SELECT * FROM import_row_result",
        "DELETE FROM transactions",
        "UPDATE entities SET name = 'x'",
        "UPDATE import_job SET succeeded = succeeded + 1",
        "UPDATE import_job SET next_chunk = 1",
        "UPDATE import_job SET total_items = 1",
        "UPDATE organization SET max_open_jobs = 1000000",
        "UPDATE organization SET features = '{everything}'",
        "DELETE FROM import_job",
        "DELETE FROM organization",
        "DELETE FROM flyway_schema_history",
        "DELETE FROM outbox",
        "TRUNCATE import_job",
        "CREATE TABLE mine (id integer)",
        "CREATE TEMPORARY TABLE mine (id integer)",
        "ALTER TABLE import_job DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_rows ON import_job",
        "SET SESSION AUTHORIZATION rowledger_migrator",
        "SET ROLE rowledger_migrator",
        "COPY import_job TO PROGRAM 'true'"
      })
  void whatTheApiMayNot(String sql) {
    assertDenied(API, own, sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT key_hash FROM api_key",
        "SELECT name FROM api_key",
        "SELECT sealed_secret FROM webhook",
        "SELECT url FROM webhook",
        "SELECT * FROM mapping",
        "SELECT * FROM idempotency_key",
        "SELECT * FROM webhook_delivery",
        "SELECT * FROM organization",
        "UPDATE organization SET max_open_jobs = 1",
        "INSERT INTO import_job (id) SELECT id FROM import_job",
        "DELETE FROM import_job",
        "UPDATE import_job SET total_items = 1",
        "UPDATE import_job SET organization_id = gen_random_uuid()",
        "UPDATE upload SET sealed_key = NULL",
        "DELETE FROM transactions",
        "UPDATE transactions SET amount = 0",
        "DELETE FROM import_row_result",
        "CREATE TABLE mine (id integer)",
        "ALTER TABLE transactions ADD COLUMN mine integer",
        "SELECT end_backends_of_job(gen_random_uuid(), gen_random_uuid())",
        "SET ROLE rowledger_system",
        "SET ROLE rowledger_migrator"
      })
  void whatAWorkerMayNot(String sql) {
    assertDenied(WORKER, null, sql);
  }

  private static void assertDenied(Database who, @Nullable OrgId organization, String sql) {
    SqlFailure failure =
        catchThrowableOfType(
            SqlFailure.class,
            () -> {
              if (organization == null) {
                who.run(tx -> tx.execute(sql));
              } else {
                who.run(organization, tx -> tx.execute(sql));
              }
            });
    assertThat(failure).as(sql).isNotNull();
    assertThat(failure.sqlState()).as(sql + ": " + failure.getMessage()).isEqualTo(DENIED);
  }

  private static Optional<String> columnThatMayBe(String privilege, Table table) {
    return ALL.transaction(
        tx ->
            tx
                .query(
                    """
                    SELECT quote_ident(attname) FROM pg_attribute
                     WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
                       AND has_column_privilege('rowledger_api', attrelid, attnum, ?)
                     ORDER BY attnotnull DESC, attnum LIMIT 1
                    """,
                    row -> row.getString(1),
                    table.name(),
                    privilege)
                .stream()
                .findFirst());
  }

  private static String anyColumn(Table table) {
    return settableColumns(table).split(",", -1)[0];
  }

  private static String settableColumns(Table table) {
    return text(
        ALL,
        """
        SELECT string_agg(quote_ident(attname), ',' ORDER BY attnum) FROM pg_attribute
         WHERE attrelid = '%s'::regclass AND attnum > 0 AND NOT attisdropped
           AND attgenerated = '' AND attidentity = ''
        """
            .formatted(table));
  }

  private static int count(Database who, Table table, OrgId organization) {
    return number(
        who, "SELECT count(*) FROM %s WHERE %s".formatted(table, table.whose(organization)));
  }

  private static int number(Database who, String sql) {
    return who.transaction(tx -> number(tx, sql));
  }

  private static int number(Tx tx, String sql) {
    return tx.queryOne(sql, row -> row.getInt(1)).orElseThrow();
  }

  private static String text(Database who, String sql) {
    return who.transaction(tx -> tx.queryOne(sql, row -> row.getString(1)).orElseThrow());
  }
}
