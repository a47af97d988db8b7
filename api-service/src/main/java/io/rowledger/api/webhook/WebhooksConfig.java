package io.rowledger.api.webhook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** Webhooks: where they may go and how often they are tried. */
@ConfigMapping(prefix = "rowledger.webhooks")
public interface WebhooksConfig {

  /**
   * Whether an endpoint may have an address that is not public: private, loopback, link-local and
   * so on. With it, every organisation can make this service call into your own network.
   */
  @WithDefault("false")
  boolean allowPrivateTargets();

  /** Whether an endpoint may be {@code http}. The events then travel in the clear. */
  @WithDefault("false")
  boolean allowHttp();

  /** Most endpoints of an organisation. */
  @WithDefault("10")
  int maxPerOrganization();

  /**
   * How long to wait after each failed try before the next, give or take a fifth. After the last of
   * them comes one more try; then the delivery has failed.
   */
  @WithDefault("5s,30s,2m,10m,1h,3h,6h,12h,24h,24h")
  List<Duration> retryDelays();

  /** How long an endpoint may take to answer, from the first packet to the status line. */
  @WithDefault("15s")
  Duration timeout();

  /** How long looking up the host of an endpoint may take. */
  @WithDefault("5s")
  Duration lookUpTimeout();

  /** How often due deliveries are looked for when nobody rings. */
  @WithDefault("1s")
  Duration pollEvery();

  /** Most deliveries under way at once in one process. */
  @WithDefault("16")
  int concurrency();

  /** Most deliveries under way at once to one endpoint, so that a slow one cannot take all. */
  @WithDefault("4")
  int perEndpoint();

  /** How long the old secret goes on signing beside the new one after a rotation. */
  @WithDefault("24h")
  Duration rotationOverlap();

  /** How many days deliveries are kept in the log; those still waiting are dropped with it. */
  @WithDefault("30")
  int keepLogDays();
}
