package io.rowledger.core.startup;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be wrong with Kafka or PostgreSQL. Its name is the name of the override. */
public enum Danger {
  /** A topic is not there. */
  KAFKA_TOPIC,
  /** This principal may not look: DESCRIBE and DESCRIBE_CONFIGS on the topics are needed. */
  KAFKA_UNREADABLE,
  /** Fewer than three replicas: a broken disk or two take acknowledged records with them. */
  KAFKA_REPLICATION_FACTOR,
  /** "Acknowledged" means one broker. */
  KAFKA_MIN_INSYNC_REPLICAS,
  /** Compaction removes records: rows of waiting jobs, events that nobody has read. */
  KAFKA_CLEANUP_POLICY,
  /** Rows are removed earlier than callers are told. */
  KAFKA_RETENTION_TIME,
  /** One large upload removes the rows of another. */
  KAFKA_RETENTION_BYTES,
  /** A broker that lacks acknowledged records may become the leader. */
  KAFKA_UNCLEAN_LEADER_ELECTION,
  /** The largest record is refused. */
  KAFKA_MAX_MESSAGE_BYTES,
  /** Older than 17: a transaction cannot be limited in time. */
  POSTGRESQL_VERSION,
  /** A crash loses or breaks what was committed. */
  POSTGRESQL_FSYNC,
  /** A crash breaks pages, unless the file system writes them whole. */
  POSTGRESQL_FULL_PAGE_WRITES,
  /** A crash loses what was committed: a 202 is not a promise any more. */
  POSTGRESQL_SYNCHRONOUS_COMMIT,
  /** Not every cell can be stored. */
  POSTGRESQL_ENCODING,
  /** Guarded updates fail where they should wait and look again. */
  POSTGRESQL_ISOLATION,
  /** Nothing can be written. */
  POSTGRESQL_READ_ONLY;

  /** As in {@code rowledger.startup.allow}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Danger> ofWireName(String name) {
    return Arrays.stream(values()).filter(danger -> danger.wireName().equals(name)).findAny();
  }

  static String wireNames() {
    return Arrays.stream(values()).map(Danger::wireName).collect(Collectors.joining(", "));
  }
}
