package io.rowledger.core.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaRulesTest {

  private static final TopicNeeds ROWS = new TopicNeeds("rows", 800_000, Duration.ofDays(30));
  private static final TopicNeeds EVENTS = new TopicNeeds("events", 300_000, null);

  @Test
  void aTopicAsItShouldBeIsNotComplainedOf() {
    assertThat(KafkaRules.of(ROWS, topic(3, "retention.ms", "-1"))).isEmpty();
    assertThat(KafkaRules.of(EVENTS, topic(3, "retention.ms", "1"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "min.insync.replicas, 1, kafka-min-insync-replicas",
    "cleanup.policy, compact, kafka-cleanup-policy",
    "cleanup.policy, 'compact,delete', kafka-cleanup-policy",
    "unclean.leader.election.enable, true, kafka-unclean-leader-election",
    "max.message.bytes, 799999, kafka-max-message-bytes",
    "retention.ms, 2591999999, kafka-retention-time",
    "retention.ms, 0, kafka-retention-time",
    "retention.bytes, 1073741824, kafka-retention-bytes",
  })
  void aDangerousSettingIsNamedWithItsValueAndTheOverride(
      String setting, String value, String override) {
    List<Finding> findings = KafkaRules.of(ROWS, topic(3, setting, value));

    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).danger().wireName()).isEqualTo(override);
    assertThat(findings.get(0).text())
        .startsWith("topic rows: " + setting + " is " + value + ", should be ");
  }

  @ParameterizedTest
  @CsvSource({
    "min.insync.replicas, 2",
    "max.message.bytes, 800000",
    "retention.ms, 2592000000",
    "retention.bytes, -1",
  })
  void theBoundItselfIsEnough(String setting, String value) {
    assertThat(KafkaRules.of(ROWS, topic(3, setting, value))).isEmpty();
  }

  @Test
  void theFewestReplicasCountAndAMissingTopicIsADanger() {
    assertThat(KafkaRules.of(ROWS, topic(2, "retention.ms", "-1")))
        .extracting(Finding::text)
        .containsExactly("topic rows: the replication factor is 2, should be at least 3");
    assertThat(KafkaRules.of(ROWS, null))
        .extracting(Finding::danger)
        .containsExactly(Danger.KAFKA_TOPIC);
  }

  @Test
  void howLongEventsAreKeptIsTheConsumersAffair() {
    assertThat(KafkaRules.of(EVENTS, topic(3, "retention.bytes", "1000"))).isEmpty();
  }

  private static TopicSettings topic(int replicas, String setting, String value) {
    Map<String, String> config = new HashMap<>();
    config.put("min.insync.replicas", "2");
    config.put("cleanup.policy", "delete");
    config.put("unclean.leader.election.enable", "false");
    config.put("max.message.bytes", "1048588");
    config.put("retention.ms", "7776000000");
    config.put("retention.bytes", "-1");
    config.put(setting, value);
    return new TopicSettings(replicas, config);
  }
}
