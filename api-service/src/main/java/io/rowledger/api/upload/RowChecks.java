package io.rowledger.api.upload;

import io.rowledger.api.format.RowSource;
import io.rowledger.core.mapping.BoundMapping;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks to be checked while its files are read: control totals and the order of
 * times. For one thread; costs nothing when it asks for neither.
 */
final class RowChecks {

  private final Mapping mapping;
  private final ControlTotals totals;
  private final @Nullable ControlSum sum;
  private final @Nullable TimeOrder times;
  private int rows;

  RowChecks(ImportRequest request) {
    this.mapping = request.mapping();
    this.totals = request.common().totals();
    ControlTotalCheck.countOfDigests(totals, request.files().size());
    this.sum = totals.sumColumn() == null ? null : new ControlSum(totals.sumColumn());
    this.times = request.validateGap() ? new TimeOrder() : null;
  }

  /** The checks of one file, which is read from its first row to its last. */
  OfFile begin(String fileName, RowSource source, CellFormat format) {
    return new OfFile(fileName, source, format);
  }

  /**
   * Ends the reading of all files.
   *
   * @param sha256 of each file
   */
  void finish(List<String> sha256) {
    if (times != null) {
      times.finish();
    }
    ControlTotalCheck.check(totals, rows, sha256, sum);
  }

  /** The checks of one file. */
  final class OfFile {

    private final String fileName;
    private final RowSource source;
    private final CellFormat format;
    private int columns = -1;

    private OfFile(String fileName, RowSource source, CellFormat format) {
      this.fileName = fileName;
      this.source = source;
      this.format = format;
      if (times != null) {
        times.begin(fileName);
      }
    }

    void row(RawRow row) {
      rows++;
      if (sum == null && times == null) {
        return;
      }
      // The columns of JSON grow while its rows are read.
      if (source.columns().size() != columns) {
        columns = source.columns().size();
        bind(mapping.bind(source.columns(), format));
      }
      if (sum != null) {
        sum.add(row);
      }
      if (times != null) {
        times.add(row);
      }
    }

    private void bind(BoundMapping bound) {
      if (sum != null) {
        sum.bind(fileName, bound);
      }
      if (times != null) {
        times.bind(bound);
      }
    }
  }
}
