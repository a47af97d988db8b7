package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The keys seen so far, each with its column. */
final class JsonColumns {

  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> indexes = new HashMap<>();

  List<String> names() {
    return Collections.unmodifiableList(names);
  }

  int size() {
    return names.size();
  }

  int indexOf(String name) {
    Integer known = indexes.get(name);
    if (known != null) {
      return known;
    }
    if (names.size() == RowSource.MAX_COLUMNS) {
      throw new ProblemException(
          Problem.VALIDATION_ERROR,
          "The objects have more than %d different keys. Put free-form data below one key."
              .formatted(RowSource.MAX_COLUMNS));
    }
    names.add(name);
    indexes.put(name, names.size() - 1);
    return names.size() - 1;
  }
}
