package io.rowledger.core.event;

import io.rowledger.core.job.JobStatus;
import java.util.Locale;

/** What can happen to a job, as {@code ce_type} of contract section 10. */
public enum JobEventType {
  QUEUED,
  STARTED,
  PROGRESS,
  PAUSED,
  RESUMED,
  COMPLETED,
  FAILED,
  CANCELLED,
  INTERRUPTED;

  public String wireName() {
    return "io.rowledger.job." + name().toLowerCase(Locale.ROOT) + ".v1";
  }

  /** The event of a job that has ended. */
  public static JobEventType ofEnd(JobStatus status) {
    if (!status.terminal()) {
      throw new IllegalArgumentException(status + " is not an end");
    }
    return valueOf(status.name());
  }
}
