package io.rowledger.api.failures;

import io.rowledger.api.rows.RowOutcome;
import io.rowledger.core.job.RowResult;
import io.rowledger.core.row.RawRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows as their file had them, with columns of ours at the end. Columns of ours that the file had
 * already, because it was such a file itself, are written anew.
 */
final class OwnColumns {

  /**
   * Which rows, and what is said about them.
   *
   * @param fileName how a file in this form is called
   * @param added columns of ours
   */
  record Form(String fileName, Set<RowOutcome> outcomes, List<String> added) {

    /** Failed rows, to be corrected and sent again. */
    static final Form RESUBMIT =
        new Form(
            "resubmit", Set.of(RowOutcome.FAILED), List.of("_row", "_code", "_column", "_message"));

    /** Every row with its outcome. */
    static final Form FULL =
        new Form("rows", Set.of(RowOutcome.values()), List.of("_outcome", "_code", "_message"));
  }

  private final Form form;
  private final List<String> columns;
  private final int rowColumn;

  OwnColumns(Form form, List<String> columns) {
    this.form = form;
    this.columns = columns;
    this.rowColumn = columns.indexOf("_row");
  }

  List<@Nullable String> header() {
    List<@Nullable String> header = new ArrayList<>();
    for (String column : columns) {
      if (!form.added().contains(column)) {
        header.add(column);
      }
    }
    header.addAll(form.added());
    return header;
  }

  List<@Nullable String> record(RawRow row, RowOutcome outcome, @Nullable RowResult result) {
    List<@Nullable String> record = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (!form.added().contains(columns.get(i))) {
        record.add(row.cell(i));
      }
    }
    for (String name : form.added()) {
      record.add(added(name, row, outcome, result));
    }
    if (row.malformed() != null) {
      keepMalformed(row, record);
    }
    return record;
  }

  private @Nullable String added(
      String name, RawRow row, RowOutcome outcome, @Nullable RowResult result) {
    return switch (name) {
      case "_row" -> firstNumber(row);
      case "_outcome" -> outcome.wireName();
      case "_code" -> result == null ? null : result.problem().code().name();
      case "_column" -> result == null ? null : result.problem().column();
      default -> result == null ? null : result.problem().message();
    };
  }

  /** The number in the first file: what was made of it then, such as an id, stays the same. */
  private String firstNumber(RawRow row) {
    String before = rowColumn < 0 ? null : row.cell(rowColumn);
    return before == null || before.isBlank() ? Integer.toString(row.rowNumber()) : before.strip();
  }

  /**
   * Cells that the header has no name for come last, and there is always one. Cut or filled up, the
   * row would be well-formed, and whoever sends it again uncorrected would import shifted cells.
   */
  private void keepMalformed(RawRow row, List<@Nullable String> record) {
    if (row.cells().size() <= columns.size()) {
      record.add(null);
    }
    for (int i = columns.size(); i < row.cells().size(); i++) {
      record.add(row.cell(i));
    }
  }
}
