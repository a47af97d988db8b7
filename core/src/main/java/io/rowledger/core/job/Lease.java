package io.rowledger.core.job;

/**
 * The right to write a job's rows. Every write carries the fence; whoever raises it (a takeover, a
 * cancel) ends the right of the holder at once, whether the holder notices or not.
 */
public record Lease(JobId jobId, long fence) {}
