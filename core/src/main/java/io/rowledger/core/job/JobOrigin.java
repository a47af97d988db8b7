package io.rowledger.core.job;

import java.util.UUID;

/**
 * What a job was made of, for jobs that do its work again.
 *
 * @param options JSON: the options of the kind
 * @param mapping JSON: the mapping as it was when the job was accepted
 * @param codecVersion of the chunks of its upload
 */
public record JobOrigin(
    JobView job,
    UUID uploadId,
    ErrorHandling errorHandling,
    String options,
    String mapping,
    int codecVersion) {}
