package io.rowledger.core.startup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The check of Kafka's and PostgreSQL's settings at start. A process is not ready, and a worker
 * claims no job, before every setting is as it should be or allowed by name. A server that does not
 * answer is looked at when it is back, and stops nobody until then. Once everything was right, a
 * setting that changes is only complained of in the log: a service that works is not stopped.
 */
@ConfigMapping(prefix = "rowledger.startup")
public interface StartupConfig {

  /**
   * Names of dangers that this installation lives with. A name that is not known is an error at
   * start. For a topic with one replica: {@code
   * kafka-replication-factor,kafka-min-insync-replicas}.
   *
   * <ul>
   *   <li>{@code kafka-topic}: the topic of the rows or of the job events is not there.
   *   <li>{@code kafka-unreadable}: this process may not look; it needs DESCRIBE and
   *       DESCRIBE_CONFIGS on both topics.
   *   <li>{@code kafka-replication-factor}: less than 3.
   *   <li>{@code kafka-min-insync-replicas}: {@code min.insync.replicas} is less than 2.
   *   <li>{@code kafka-cleanup-policy}: {@code cleanup.policy} has {@code compact} in it.
   *   <li>{@code kafka-retention-time}: {@code retention.ms} of the rows is less than the longest
   *       {@code retentionDays} of an organisation.
   *   <li>{@code kafka-retention-bytes}: {@code retention.bytes} of the rows is limited.
   *   <li>{@code kafka-unclean-leader-election}: {@code unclean.leader.election.enable} is on.
   *   <li>{@code kafka-max-message-bytes}: {@code max.message.bytes} is less than the largest
   *       record of the topic: one and a half of {@code rowledger.rows.max-chunk-bytes} and 64 KiB,
   *       288 KiB for events.
   *   <li>{@code postgresql-version}: older than 17.
   *   <li>{@code postgresql-fsync}, {@code postgresql-full-page-writes}, {@code
   *       postgresql-synchronous-commit}: off.
   *   <li>{@code postgresql-encoding}: {@code server_encoding} is not UTF8.
   *   <li>{@code postgresql-isolation}: {@code default_transaction_isolation} is not {@code read
   *       committed}.
   *   <li>{@code postgresql-read-only}: {@code default_transaction_read_only} is on, or the server
   *       is a standby.
   * </ul>
   */
  Optional<List<String>> allow();

  /** How soon to look again while something is wrong or does not answer. */
  @WithDefault("5s")
  Duration lookEvery();

  /** How often to look when everything was right. */
  @WithDefault("10m")
  Duration lookAgainEvery();
}
