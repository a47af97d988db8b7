package io.rowledger.core.mapping;

/**
 * One thing wrong with a mapping.
 *
 * @param path JSON Pointer from the mapping object, for example {@code
 *     /columnMapping/fields/amount/decimal}
 * @param message one sentence: what is wrong and what is expected
 */
public record MappingProblem(String path, String message) {}
