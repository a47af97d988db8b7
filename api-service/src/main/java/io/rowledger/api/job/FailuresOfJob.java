package io.rowledger.api.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Tx;

/**
 * The body of a job's failures route, for {@code ?include=failures}. Said here and written where
 * failures are: the failures routes look up jobs, and two packages must not need each other.
 */
public interface FailuresOfJob {

  /**
   * Writes the body.
   *
   * @param tx a snapshot, in which {@code job} was read as well
   * @param withValues whether the caller may see rejected cells
   */
  ObjectNode of(Tx tx, JobView job, boolean withValues);
}
