package io.rowledger.core.entity;

import java.util.Locale;
import java.util.Optional;

/** {@code entityImportMode} of contract section 3. */
public enum ImportMode {
  MANUAL,
  AUTOMATIC;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the short names and the long aliases ({@code manual_no_enrichment}, {@code
   * automatic_enriched}).
   */
  public static Optional<ImportMode> ofWireName(String wireName) {
    return switch (wireName) {
      case "manual", "manual_no_enrichment" -> Optional.of(MANUAL);
      case "automatic", "automatic_enriched" -> Optional.of(AUTOMATIC);
      default -> Optional.empty();
    };
  }
}
