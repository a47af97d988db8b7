package io.rowledger.core.mapping;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a column may be.
 *
 * @param field path of the field, null when nothing fits
 * @param confidence 0 (nothing fits) to 1 (the column has the name of the field)
 * @param reason null when nothing fits
 */
public record SuggestedColumn(
    String column, @Nullable String field, double confidence, @Nullable Reason reason) {

  /** Why a field fits a column, the strongest first. */
  public enum Reason {
    /** The column has the name of the field. */
    EXACT,
    /** The column has a name that the field is known under. */
    ALIAS,
    /** The name is much like one of the two. */
    SIMILAR,
    /** The name says nothing, the cells do. */
    CONTENT;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static SuggestedColumn none(String column) {
    return new SuggestedColumn(column, null, 0, null);
  }
}
