package io.rowledger.worker.target;

import io.rowledger.core.job.JobId;
import io.rowledger.core.tenant.OrgId;

/** For whom and by which job rows are written. */
public record Scope(OrgId organization, JobId job) {}
