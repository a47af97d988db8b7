package io.rowledger.worker.run;

import io.rowledger.core.job.Lease;

/** Somebody raised the fence. Whatever is not committed is rolled back, and the runner stops. */
final class LeaseLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LeaseLostException(Lease lease) {
    super("the lease of job " + lease.jobId() + " at fence " + lease.fence() + " is lost");
  }
}
