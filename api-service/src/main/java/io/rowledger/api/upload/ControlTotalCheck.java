package io.rowledger.api.upload;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares what the caller expected with what was found. */
final class ControlTotalCheck {

  private ControlTotalCheck() {}

  /**
   * Before anything is read.
   *
   * @throws ProblemException VALIDATION_ERROR when there are not as many digests as files
   */
  static void countOfDigests(ControlTotals totals, int files) {
    int digests = totals.sha256().size();
    if (digests > 0 && digests != files) {
      throw UploadForm.invalid(
          "expectedSha256",
          "expectedSha256 has %d digests for %d files; send one for each file, in their order."
              .formatted(digests, files));
    }
  }

  /**
   * After all files were read.
   *
   * @param sum null when no sum is expected
   * @throws ProblemException CONTROL_TOTAL_MISMATCH with everything that differs
   */
  static void check(ControlTotals totals, int rows, List<String> sha256, @Nullable ControlSum sum) {
    List<Detail> wrong = new ArrayList<>();
    if (totals.rows() != null && totals.rows() != rows) {
      wrong.add(mismatch("expectedRows", totals.rows().toString(), Integer.toString(rows)));
    }
    for (int i = 0; i < totals.sha256().size(); i++) {
      if (!totals.sha256().get(i).equals(sha256.get(i))) {
        wrong.add(
            mismatch(
                totals.sha256().size() == 1 ? "expectedSha256" : "expectedSha256[" + i + "]",
                totals.sha256().get(i),
                sha256.get(i)));
      }
    }
    if (totals.sum() != null && sum != null) {
      BigDecimal found = sum.sum();
      if (sum.unreadable() != null) {
        wrong.add(
            mismatch(
                "expectedSum",
                totals.sum().toPlainString(),
                "a column that cannot be summed up: " + sum.unreadable()));
      } else if (totals.sum().compareTo(found) != 0) {
        wrong.add(mismatch("expectedSum", totals.sum().toPlainString(), found.toPlainString()));
      }
    }
    if (!wrong.isEmpty()) {
      throw new ProblemException(
          Problem.CONTROL_TOTAL_MISMATCH,
          "The files are not what was expected: "
              + String.join("; ", wrong.stream().map(d -> d.field() + " " + d.message()).toList())
              + ". Nothing was imported.",
          wrong);
    }
  }

  private static Detail mismatch(String field, String expected, String found) {
    return new Detail(field, "expected %s, found %s".formatted(expected, found));
  }
}
