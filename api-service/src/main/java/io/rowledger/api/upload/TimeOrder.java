package io.rowledger.api.upload;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.mapping.BoundMapping;
import io.rowledger.core.mapping.FieldCatalog;
import io.rowledger.core.mapping.FieldReader;
import io.rowledger.core.row.RawRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That the times of several files follow each other: every row of a file is later than all rows of
 * the files before it. Within a file rows may come in any order.
 */
final class TimeOrder {

  private static final String FIELD = "transactedAt";
  private static final int TRANSACTED_AT = FieldCatalog.TRANSACTION.index(FIELD);

  private static final class Range {
    final String fileName;
    @Nullable Instant first;
    @Nullable Instant last;

    Range(String fileName) {
      this.fileName = fileName;
    }

    void add(Instant time) {
      first = first == null || time.isBefore(first) ? time : first;
      last = last == null || time.isAfter(last) ? time : last;
    }

    @Override
    public String toString() {
      return "%s (%s to %s)".formatted(fileName, JobJson.time(first), JobJson.time(last));
    }
  }

  private final List<Range> ranges = new ArrayList<>();
  private @Nullable BoundMapping bound;

  void begin(String fileName) {
    ranges.add(new Range(fileName));
  }

  void bind(BoundMapping columns) {
    bound = columns;
  }

  /**
   * Adds a row of the last file.
   *
   * @throws ProblemException VALIDATION_ERROR when its time cannot be read
   */
  void add(RawRow row) {
    Range range = ranges.get(ranges.size() - 1);
    Instant time =
        row.malformed() != null || bound == null
            ? null
            : new FieldReader(bound.map(row)).instant(TRANSACTED_AT);
    if (time == null) {
      throw refusal(
          "Row %d of %s has no %s that can be read, so validateGap cannot tell where it belongs."
              .formatted(row.rowNumber(), range.fileName, FIELD));
    }
    range.add(time);
  }

  /**
   * Ends the last file.
   *
   * @throws ProblemException VALIDATION_ERROR when two files overlap
   */
  void finish() {
    for (int i = 1; i < ranges.size(); i++) {
      Range before = ranges.get(i - 1);
      Range next = ranges.get(i);
      if (before.last == null || next.first == null || !next.first.isAfter(before.last)) {
        throw refusal(
            "The times of %s do not come after those of %s. Send the files in the order of their %s,"
                    .formatted(next, before, FIELD)
                + " without a time that is in two of them.");
      }
    }
  }

  private static ProblemException refusal(String message) {
    return new ProblemException(
        Problem.VALIDATION_ERROR, message, List.of(new Detail("validateGap", message)));
  }
}
