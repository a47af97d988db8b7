package io.rowledger.api.telemetry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What the metrics of requests say of their paths: the template of the route, or one word. A
 * request that is refused before its route is known would otherwise bring its whole path and query
 * as a label, and with them ids, keys of records, and a series for each.
 */
@Singleton
class RouteLabels implements MeterFilter {

  static final String OTHER = "OTHER";

  /** As the API description has them; a test compares. */
  static final Set<String> ROUTES =
      Set.of(
          "/admin/organizations",
          "/admin/organizations/{id}",
          "/admin/organizations/{id}/api-keys",
          "/api-keys",
          "/api-keys/{id}",
          "/batch-import/entity-jobs/{jobId}/failures",
          "/batch-import/entity-jobs/{jobId}/failures.csv",
          "/batch-import/entity-jobs/{jobId}/failures/summary",
          "/batch-import/failure-codes",
          "/batch-import/history",
          "/batch-import/import/entities",
          "/batch-import/import/transactions",
          "/batch-import/import/user-events",
          "/batch-import/jobs",
          "/batch-import/jobs/{jobId}",
          "/batch-import/jobs/{jobId}/commit",
          "/batch-import/jobs/{jobId}/control",
          "/batch-import/jobs/{jobId}/data",
          "/batch-import/jobs/{jobId}/retry",
          "/batch-import/jobs/{jobId}/stream",
          "/batch-import/mappings",
          "/batch-import/mappings/suggest",
          "/batch-import/mappings/{id}",
          "/batch-import/templates/{kind}.csv",
          "/batch-import/transaction-jobs/{jobId}/failures",
          "/batch-import/transaction-jobs/{jobId}/failures.csv",
          "/batch-import/transaction-jobs/{jobId}/failures/summary",
          "/batch-import/user-event-jobs/{jobId}/failures",
          "/batch-import/user-event-jobs/{jobId}/failures.csv",
          "/batch-import/user-event-jobs/{jobId}/failures/summary",
          "/batch-import/validate-csv",
          "/batch-import/webhooks",
          "/batch-import/webhooks/{id}",
          "/batch-import/webhooks/{id}/deliveries",
          "/batch-import/webhooks/{id}/deliveries/{deliveryId}/redeliver",
          "/batch-import/webhooks/{id}/rotate-secret",
          "/batch-import/webhooks/{id}/test",
          "/entities",
          "/entities/automatic/bulk",
          "/entities/automatic/bulk/imports/{jobId}/failures.csv",
          "/events/user",
          "/organization",
          "/transactions",
          "/transactions/batch",
          "/transactions/batch/background",
          "/transactions/batch/background-multi",
          "/transactions/batch/upload",
          "/transactions/external/{externalId}");

  /** What Quarkus calls requests without a route. */
  private static final Set<String> WITHOUT_ROUTE =
      Set.of("NOT_FOUND", "REDIRECTION", "UNKNOWN", "root");

  private static final double[] BOUNDS =
      List.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000).stream()
          .mapToDouble(millis -> Duration.ofMillis(millis).toNanos())
          .toArray();

  @Override
  public Meter.Id map(Meter.Id id) {
    String uri = isOfRequests(id) ? id.getTag("uri") : null;
    return uri == null ? id : id.replaceTags(withUri(id.getTags(), label(uri)));
  }

  /** Buckets, of which any number of processes can be summed up to one quantile. */
  @Override
  public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
    return isOfRequests(id)
        ? DistributionStatisticConfig.builder()
            .serviceLevelObjectives(Arrays.copyOf(BOUNDS, BOUNDS.length))
            .build()
            .merge(config)
        : config;
  }

  static String label(String uri) {
    // {externalId: .+} of a route is {externalId} to everybody else.
    String template = uri.replaceAll("\\{(\\w+)\\s*:[^}]*}", "{$1}");
    return ROUTES.contains(template) || WITHOUT_ROUTE.contains(template) ? template : OTHER;
  }

  private static List<Tag> withUri(List<Tag> tags, String uri) {
    return tags.stream().map(tag -> tag.getKey().equals("uri") ? Tag.of("uri", uri) : tag).toList();
  }

  private static boolean isOfRequests(Meter.Id id) {
    return id.getName().equals("http.server.requests");
  }
}
