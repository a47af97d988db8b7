package io.rowledger.api.upload;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the caller says the files hold, so that a file that was cut short is refused and not
 * imported. Over all files of the request.
 *
 * @param rows rows of all files together; null when not said
 * @param sha256 lower case hex of each file's bytes, in the order of the files; empty when not said
 * @param sum of {@code sumColumn}; both or none
 */
record ControlTotals(
    @Nullable Integer rows,
    List<String> sha256,
    @Nullable BigDecimal sum,
    @Nullable String sumColumn) {

  static final ControlTotals NONE = new ControlTotals(null, List.of(), null, null);

  ControlTotals {
    sha256 = List.copyOf(sha256);
  }

  /** The form fields that were given and are checked, by their names. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    if (rows != null) {
      names.add("expectedRows");
    }
    if (!sha256.isEmpty()) {
      names.add("expectedSha256");
    }
    if (sum != null) {
      names.add("expectedSum");
    }
    return names;
  }
}
