package io.rowledger.core.job;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs of an organisation are meant. What is null or empty does not limit.
 *
 * @param kinds any of these, sorted, so that equal filters have equal texts
 * @param statuses any of these, sorted
 * @param from created then or later
 * @param before created earlier than that
 */
public record JobFilter(
    List<JobKind> kinds,
    List<JobStatus> statuses,
    @Nullable Instant from,
    @Nullable Instant before,
    @Nullable String label,
    @Nullable JobId retryOf,
    @Nullable Boolean dryRun,
    @Nullable String createdBy) {

  public JobFilter {
    kinds = sorted(kinds);
    statuses = sorted(statuses);
  }

  private static <T extends Enum<T>> List<T> sorted(Collection<T> values) {
    return values.stream().distinct().sorted().toList();
  }
}
