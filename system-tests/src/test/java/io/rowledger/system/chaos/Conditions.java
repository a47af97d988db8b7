package io.rowledger.system.chaos;

import java.time.Duration;

/**
 * How it is between the faults, and how long they take.
 *
 * @param postgresDelay of every piece of data to and from PostgreSQL: a long way makes narrow gaps
 *     wide
 * @param kafkaDelay the same for Kafka
 * @param stretch faults take so many times as long
 * @param endless PostgreSQL ends no backend for those whose job was taken away
 * @param untilFound the run is over with the first violation
 */
record Conditions(
    Duration postgresDelay, Duration kafkaDelay, int stretch, boolean endless, boolean untilFound) {

  static final Conditions ORDINARY = new Conditions(Duration.ZERO, Duration.ZERO, 1, false, false);

  static Conditions aimed(int postgresMillis, int kafkaMillis, int stretch, boolean endless) {
    return new Conditions(
        Duration.ofMillis(postgresMillis), Duration.ofMillis(kafkaMillis), stretch, endless, true);
  }
}
