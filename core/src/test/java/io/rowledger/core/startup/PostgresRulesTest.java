package io.rowledger.core.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresRulesTest {

  @ParameterizedTest
  @CsvSource({
    "server_version_num, 160009, postgresql-version",
    "fsync, off, postgresql-fsync",
    "full_page_writes, off, postgresql-full-page-writes",
    "synchronous_commit, off, postgresql-synchronous-commit",
    "server_encoding, LATIN1, postgresql-encoding",
    "default_transaction_isolation, serializable, postgresql-isolation",
    "default_transaction_read_only, on, postgresql-read-only",
    "in_recovery, true, postgresql-read-only",
  })
  void aDangerousSettingIsNamedWithItsValueAndTheOverride(
      String setting, String value, String override) {
    List<Finding> findings = PostgresRules.of(with(setting, value));

    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).danger().wireName()).isEqualTo(override);
    assertThat(findings.get(0).text())
        .startsWith("PostgreSQL: " + setting + " is " + value + ", should be ");
  }

  @ParameterizedTest
  @CsvSource({
    "server_version_num, 170000",
    "server_version_num, 180006",
    "synchronous_commit, local",
    "synchronous_commit, remote_apply",
  })
  void whatIsSafeIsNotComplainedOf(String setting, String value) {
    assertThat(PostgresRules.of(with(setting, value))).isEmpty();
  }

  @Test
  void whatTheServerDoesNotSayIsNotTakenForRight() {
    Map<String, String> silent = with("fsync", "on");
    silent.remove("fsync");

    assertThat(PostgresRules.of(silent))
        .extracting(Finding::danger)
        .containsExactly(Danger.POSTGRESQL_FSYNC);
  }

  private static Map<String, String> with(String setting, String value) {
    Map<String, String> settings = new HashMap<>();
    settings.put("server_version_num", "180006");
    settings.put("fsync", "on");
    settings.put("full_page_writes", "on");
    settings.put("synchronous_commit", "on");
    settings.put("server_encoding", "UTF8");
    settings.put("default_transaction_isolation", "read committed");
    settings.put("default_transaction_read_only", "off");
    settings.put("in_recovery", "false");
    settings.put(setting, value);
    return settings;
  }
}
