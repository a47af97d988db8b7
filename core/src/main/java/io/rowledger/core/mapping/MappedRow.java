package io.rowledger.core.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.core.row.RawRow;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row seen through its mapping: the text of each field, before validation. Cells are read when
 * asked for; nothing is copied. Not for use by several threads.
 */
public final class MappedRow {

  private final BoundMapping mapping;
  private final RawRow raw;
  private @Nullable Map<Integer, Optional<JsonNode>> trees;

  MappedRow(BoundMapping mapping, RawRow raw) {
    this.mapping = mapping;
    this.raw = raw;
  }

  public RawRow raw() {
    return raw;
  }

  /** The text of a plain field, null when absent. */
  public @Nullable String text(int field) {
    Binding binding = mapping.plain(field);
    return binding == null ? null : binding.text(this);
  }

  /** The column a field is read from, null when none. */
  public @Nullable String column(int field) {
    Binding binding = mapping.plain(field);
    return binding == null ? null : binding.column();
  }

  BoundMapping mapping() {
    return mapping;
  }

  /** The JSON of a cell, null when it is not an object or array; parsed once. */
  @Nullable JsonNode tree(int column) {
    String cell = raw.cell(column);
    if (cell == null || !FreeForm.looksLikeContainer(cell)) {
      return null;
    }
    if (trees == null) {
      trees = new HashMap<>();
    }
    return trees
        .computeIfAbsent(column, c -> Optional.ofNullable(FreeForm.parse(cell)))
        .orElse(null);
  }
}
