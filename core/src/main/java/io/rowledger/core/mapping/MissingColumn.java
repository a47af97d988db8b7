package io.rowledger.core.mapping;

import org.jspecify.annotations.Nullable;

/**
 * A column that should be in the file and is not.
 *
 * @param column the name the mapping (or the platform file) gives it
 * @param field the field it feeds
 * @param required whether records cannot be without the field
 * @param closest the header of the file most like it, null when none is
 */
public record MissingColumn(
    String column, String field, boolean required, @Nullable String closest) {}
