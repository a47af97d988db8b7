package io.rowledger.worker.target;

import io.rowledger.core.job.JobId;
import io.rowledger.core.tenant.OrgId;
import java.util.function.Predicate;

/**
 * For whom and by which job rows are written.
 *
 * @param takenBefore whether an earlier row of the job took a key of {@link RecordTarget#keys} that
 *     the table does not show, because the job is a dry run
 */
public record Scope(OrgId organization, JobId job, Predicate<String> takenBefore) {

  /** A job that leaves its rows in the table. */
  public Scope(OrgId organization, JobId job) {
    this(organization, job, key -> false);
  }
}
