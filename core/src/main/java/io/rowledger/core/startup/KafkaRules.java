package io.rowledger.core.startup;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a topic has to be like. Pure. */
final class KafkaRules {

  private static final int REPLICAS = 3;
  private static final int IN_SYNC = 2;

  private KafkaRules() {}

  /**
   * Says what is wrong with a topic.
   *
   * @param topic null when it is not there
   */
  static List<Finding> of(TopicNeeds needs, @Nullable TopicSettings topic) {
    String where = "topic " + needs.name();
    if (topic == null) {
      return List.of(new Finding(Danger.KAFKA_TOPIC, where, "the topic", "missing", "created"));
    }
    List<Finding> found = new ArrayList<>();
    if (topic.replicas() < REPLICAS) {
      found.add(
          new Finding(
              Danger.KAFKA_REPLICATION_FACTOR,
              where,
              "the replication factor",
              Integer.toString(topic.replicas()),
              "at least " + REPLICAS));
    }
    if (topic.number("min.insync.replicas") < IN_SYNC) {
      found.add(
          of(Danger.KAFKA_MIN_INSYNC_REPLICAS, where, topic, "min.insync.replicas", "at least 2"));
    }
    if (topic.text("cleanup.policy").contains("compact")) {
      found.add(of(Danger.KAFKA_CLEANUP_POLICY, where, topic, "cleanup.policy", "delete"));
    }
    if (Boolean.parseBoolean(topic.text("unclean.leader.election.enable"))) {
      found.add(
          of(
              Danger.KAFKA_UNCLEAN_LEADER_ELECTION,
              where,
              topic,
              "unclean.leader.election.enable",
              "false"));
    }
    if (topic.number("max.message.bytes") < needs.largestRecord()) {
      found.add(
          of(
              Danger.KAFKA_MAX_MESSAGE_BYTES,
              where,
              topic,
              "max.message.bytes",
              "at least " + needs.largestRecord()));
    }
    if (needs.keptFor() != null) {
      long millis = needs.keptFor().toMillis();
      if (isLess(topic.number("retention.ms"), millis)) {
        found.add(
            of(
                Danger.KAFKA_RETENTION_TIME,
                where,
                topic,
                "retention.ms",
                "at least %d, the longest retentionDays of an organisation".formatted(millis)));
      }
      if (isLess(topic.number("retention.bytes"), Long.MAX_VALUE)) {
        found.add(
            of(Danger.KAFKA_RETENTION_BYTES, where, topic, "retention.bytes", "-1, unlimited"));
      }
    }
    return found;
  }

  /** Of retentions, -1 is the longest. */
  private static boolean isLess(long retention, long needed) {
    return retention >= 0 && retention < needed;
  }

  private static Finding of(
      Danger danger, String where, TopicSettings topic, String setting, String wanted) {
    return new Finding(danger, where, setting, topic.text(setting), wanted);
  }
}
