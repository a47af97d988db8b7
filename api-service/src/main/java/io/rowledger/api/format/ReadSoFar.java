package io.rowledger.api.format;

import io.rowledger.core.row.RawRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a source has delivered: the count, and the first rows as samples. */
final class ReadSoFar {

  private static final int SAMPLES = 3;
  private static final int SAMPLE_CHARACTERS = 200;

  private final List<List<@Nullable String>> samples = new ArrayList<>(SAMPLES);
  private int rows;

  void add(RawRow row) {
    rows++;
    if (samples.size() < SAMPLES && row.malformed() == null) {
      List<@Nullable String> cells = new ArrayList<>();
      for (String cell : row.cells()) {
        cells.add(cut(cell));
      }
      samples.add(Collections.unmodifiableList(cells));
    }
  }

  int rows() {
    return rows;
  }

  List<List<@Nullable String>> samples() {
    return List.copyOf(samples);
  }

  private static @Nullable String cut(@Nullable String cell) {
    if (cell == null || cell.length() <= SAMPLE_CHARACTERS) {
      return cell;
    }
    boolean splitsPair = Character.isHighSurrogate(cell.charAt(SAMPLE_CHARACTERS - 1));
    return cell.substring(0, splitsPair ? SAMPLE_CHARACTERS - 1 : SAMPLE_CHARACTERS);
  }
}
