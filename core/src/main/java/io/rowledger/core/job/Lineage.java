package io.rowledger.core.job;

import org.jspecify.annotations.Nullable;

/**
 * Where a job comes from and what depends on it (contract sections 3 to 5).
 *
 * @param commitOf the finished dry run that this job does for real
 * @param retryOf the job whose rows this one tries again
 * @param after the job that must complete before this one begins
 */
public record Lineage(@Nullable JobId commitOf, @Nullable JobId retryOf, @Nullable JobId after) {

  /** A job that stands alone. */
  public static final Lineage NONE = new Lineage(null, null, null);
}
