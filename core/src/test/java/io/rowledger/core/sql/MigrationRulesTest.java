package io.rowledger.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationRulesTest {

  private static final Path MIGRATIONS = Path.of("src", "main", "resources", "db", "migration");

  /** Before it, nothing was ever updated: no version had been in use. */
  private static final int FIRST_CHECKED = 8;

  @Test
  void noMigrationTakesAwayWhatThePreviousReleaseUses() throws IOException {
    Map<String, List<String>> complaints = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      files
          .filter(file -> file.getFileName().toString().matches("V\\d+__.*"))
          .filter(file -> version(file) >= FIRST_CHECKED)
          .sorted()
          .forEach(
              file -> {
                List<String> found = MigrationRules.complaints(read(file));
                if (!found.isEmpty()) {
                  complaints.put(file.getFileName().toString(), found);
                }
              });
    }

    assertThat(complaints).as("see docs/upgrades.md").isEmpty();
  }

  /** The migrations before are full of harmless statements; one of them is not harmless. */
  @Test
  void amongTheFirstMigrationsOnlyTheOneThatMovesPrimaryKeysWouldBeRefused() throws IOException {
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      assertThat(
              files
                  .filter(file -> file.getFileName().toString().matches("V\\d+__.*"))
                  .filter(file -> version(file) < FIRST_CHECKED)
                  .filter(file -> !MigrationRules.complaints(read(file)).isEmpty())
                  .map(MigrationRulesTest::version))
          .containsExactly(6);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE mapping",
        "drop table if exists mapping cascade",
        "ALTER TABLE upload DROP COLUMN topic",
        "ALTER TABLE upload DROP topic",
        "ALTER TABLE upload ADD COLUMN a text, DROP COLUMN IF EXISTS topic",
        "ALTER TABLE upload\n  RENAME COLUMN topic TO channel",
        "ALTER TABLE upload RENAME TO uploads",
        "ALTER TABLE upload ALTER COLUMN topic TYPE varchar(10)",
        "ALTER TABLE upload ALTER topic SET DATA TYPE varchar(10)",
        "ALTER TABLE upload ALTER COLUMN topic SET NOT NULL",
        "ALTER TABLE upload ALTER COLUMN topic DROP DEFAULT",
        "ALTER TABLE upload ADD COLUMN topic text NOT NULL",
        "ALTER TABLE upload ADD COLUMN a text, ADD topic numeric(10, 2) NOT NULL, ADD b text DEFAULT ''",
        "ALTER TABLE entities DROP CONSTRAINT pk_entities",
        "DROP INDEX CONCURRENTLY uq_transactions_external_id",
        "ALTER TABLE upload FORCE ROW LEVEL SECURITY",
        "REVOKE INSERT ON upload FROM worker",
        "TRUNCATE idempotency_key",
        "DROP FUNCTION import_job_guard()",
        "SELECT 1; /* harmless */ DROP VIEW jobs; SELECT 2",
      })
  void whatThePreviousReleaseWouldNotSurviveIsRefused(String sql) {
    assertThat(MigrationRules.complaints("-- What it is for.\n" + sql + ";\n")).isNotEmpty();
    assertThat(MigrationRules.complaints("-- Contract: nobody needs it any more\n" + sql))
        .as("without a release")
        .isNotEmpty();
    assertThat(MigrationRules.complaints("-- Contract: what it was, not used since 0.3.\n" + sql))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE upload ADD COLUMN topic text",
        "ALTER TABLE upload ADD COLUMN topic text NOT NULL DEFAULT 'rows'",
        "ALTER TABLE upload ADD COLUMN a integer GENERATED ALWAYS AS (b + c) STORED NOT NULL",
        "ALTER TABLE upload ADD COLUMN a text, ADD CONSTRAINT ck_a CHECK (a IS NOT NULL OR b IS NOT NULL)",
        "CREATE TABLE a (id uuid NOT NULL, CONSTRAINT pk_a PRIMARY KEY (id))",
        "CREATE INDEX ix_a ON a (b) WHERE b IS NOT NULL",
        "DROP INDEX ix_upload_topic",
        "ALTER TABLE upload ALTER COLUMN topic DROP NOT NULL",
        "ALTER TABLE upload DROP CONSTRAINT ck_upload_topic",
        "ALTER TABLE upload ENABLE ROW LEVEL SECURITY",
        "COMMENT ON COLUMN upload.topic IS 'do not DROP TABLE this; RENAME it'",
        "CREATE FUNCTION a() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DROP TABLE b; END $$",
        "REVOKE ALL ON FUNCTION a() FROM PUBLIC",
        "REVOKE EXECUTE ON FUNCTION a() FROM PUBLIC",
        "-- DROP TABLE mapping\nSELECT 1",
        "UPDATE upload SET topic = 'rows' WHERE topic IS NULL",
      })
  void whatOnlyAddsIsAllowed(String sql) {
    assertThat(MigrationRules.complaints(sql)).isEmpty();
  }

  private static int version(Path file) {
    String name = file.getFileName().toString();
    return Integer.parseInt(name.substring(1, name.indexOf("__")));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
