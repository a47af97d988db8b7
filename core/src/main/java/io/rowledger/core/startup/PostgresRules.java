package io.rowledger.core.startup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What PostgreSQL has to be like. Pure. The time zone is not asked: nothing of ours depends on it.
 */
final class PostgresRules {

  /** What is looked at, with the value that is wanted. */
  private static final List<Rule> RULES =
      List.of(
          new Rule(Danger.POSTGRESQL_FSYNC, "fsync", "on"),
          new Rule(Danger.POSTGRESQL_FULL_PAGE_WRITES, "full_page_writes", "on"),
          new Rule(Danger.POSTGRESQL_ENCODING, "server_encoding", "UTF8"),
          new Rule(Danger.POSTGRESQL_ISOLATION, "default_transaction_isolation", "read committed"),
          new Rule(Danger.POSTGRESQL_READ_ONLY, "default_transaction_read_only", "off"),
          new Rule(Danger.POSTGRESQL_READ_ONLY, "in_recovery", "false"));

  private static final String VERSION = "server_version_num";
  private static final int OLDEST = 17_00_00;
  private static final String SYNCHRONOUS_COMMIT = "synchronous_commit";

  private record Rule(Danger danger, String setting, String wanted) {}

  private PostgresRules() {}

  static List<Finding> of(Map<String, String> settings) {
    List<Finding> found = new ArrayList<>();
    String version = settings.getOrDefault(VERSION, "0");
    if (Integer.parseInt(version) < OLDEST) {
      found.add(finding(Danger.POSTGRESQL_VERSION, VERSION, version, "at least " + OLDEST));
    }
    // What else it can be (local, remote_write, on, remote_apply) waits for the server's own disk.
    String synchronous = settings.getOrDefault(SYNCHRONOUS_COMMIT, "");
    if (synchronous.equals("off")) {
      found.add(
          finding(Danger.POSTGRESQL_SYNCHRONOUS_COMMIT, SYNCHRONOUS_COMMIT, synchronous, "on"));
    }
    for (Rule rule : RULES) {
      String value = settings.getOrDefault(rule.setting(), "unknown");
      if (!value.equals(rule.wanted())) {
        found.add(finding(rule.danger(), rule.setting(), value, rule.wanted()));
      }
    }
    return found;
  }

  private static Finding finding(Danger danger, String setting, String value, String wanted) {
    return new Finding(danger, "PostgreSQL", setting, value, wanted);
  }
}
