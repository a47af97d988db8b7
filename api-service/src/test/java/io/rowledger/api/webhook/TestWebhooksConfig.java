package io.rowledger.api.webhook;

import java.time.Duration;
import java.util.List;

/** Settings for tests without an application. */
record TestWebhooksConfig(boolean allowPrivateTargets, boolean allowHttp)
    implements WebhooksConfig {

  static TestWebhooksConfig strict() {
    return new TestWebhooksConfig(false, false);
  }

  static TestWebhooksConfig open() {
    return new TestWebhooksConfig(true, true);
  }

  @Override
  public int maxPerOrganization() {
    return 10;
  }

  @Override
  public List<Duration> retryDelays() {
    return List.of();
  }

  @Override
  public Duration timeout() {
    return Duration.ofSeconds(1);
  }

  @Override
  public Duration lookUpTimeout() {
    return Duration.ofSeconds(1);
  }

  @Override
  public Duration pollEvery() {
    return Duration.ofSeconds(1);
  }

  @Override
  public int concurrency() {
    return 2;
  }

  @Override
  public int perEndpoint() {
    return 1;
  }

  @Override
  public Duration rotationOverlap() {
    return Duration.ofHours(1);
  }

  @Override
  public int keepLogDays() {
    return 1;
  }
}
