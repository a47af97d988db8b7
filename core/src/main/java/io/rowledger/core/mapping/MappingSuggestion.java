package io.rowledger.core.mapping;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A mapping proposed for a file.
 *
 * @param columnMapping version 2; {@link Mapping#parse} takes it
 * @param columns one entry for each column, in the order of the file
 * @param missingRequired fields that rows need and no column seems to hold
 * @param warnings sentences for people: what was assumed
 */
public record MappingSuggestion(
    ObjectNode columnMapping,
    List<SuggestedColumn> columns,
    List<String> missingRequired,
    List<String> warnings) {

  public MappingSuggestion {
    columns = List.copyOf(columns);
    missingRequired = List.copyOf(missingRequired);
    warnings = List.copyOf(warnings);
  }
}
