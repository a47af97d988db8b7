package io.rowledger.core.mapping;

/**
 * How the times of a column are read.
 *
 * @param format {@code ISO 8601}, or the pattern that the mapping gives
 * @param zone of times that say none
 */
public record TimeFormat(String format, String zone) {}
