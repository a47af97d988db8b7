package io.rowledger.core.event;

import java.time.Duration;

record TestEventsConfig(
    String topic, String source, Duration relayEvery, Duration progressEvery, Duration sendTimeout)
    implements EventsConfig {

  static TestEventsConfig of(String topic, Duration sendTimeout) {
    return new TestEventsConfig(
        topic, "/test", Duration.ofMillis(50), Duration.ofSeconds(5), sendTimeout);
  }
}
