package io.rowledger.api.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Tx;

/**
 * The body of a job's failures route, for {@code ?include=failures}. Said here and written where
 * failures are: the failures routes look up jobs, and two packages must not need each other.
 */
public interface FailuresOfJob {

  /** Reads on behalf of one caller; can be used after the request has ended. */
  interface Reading {

    /**
     * Writes the body.
     *
     * @param tx a snapshot, in which {@code job} was read as well
     * @throws ProblemException {@code FORBIDDEN} when the caller may not read failures of this kind
     */
    ObjectNode of(Tx tx, JobView job);
  }

  /** For the caller of this request. May ask the database, so not inside of a transaction. */
  Reading forCaller();
}
