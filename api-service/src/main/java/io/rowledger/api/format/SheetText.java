package io.rowledger.api.format;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cells as text, and what is to be said about them. */
final class SheetText {

  private final SharedStrings strings;
  private final NumberFormats formats;
  private final SheetNumbers numbers;
  private final Notice errors =
      new Notice("Errors such as #N/A were read as text (cells: %d, first: %s).");
  private final Notice uncalculated =
      new Notice(
          "Formulas without a stored result were read as empty (cells: %d, first: %s). Open and save"
              + " the workbook in a spreadsheet program.");
  private final Notice longNumbers =
      new Notice(
          "Numbers have more than 15 digits (cells: %d, first: %s), and a workbook keeps 15 of them."
              + " Format such columns as text.");

  SheetText(SharedStrings strings, NumberFormats formats, boolean date1904) {
    this.strings = strings;
    this.formats = formats;
    this.numbers = new SheetNumbers(date1904);
  }

  /** The cell's text; empty when it holds nothing. */
  String of(SheetCells cell) {
    if (cell.isUncalculated()) {
      uncalculated.add(cell);
      return "";
    }
    String value = cell.value();
    String type = cell.type();
    if (type == null || type.equals("n")) {
      return number(cell, value);
    }
    return switch (type) {
      case "s" -> shared(cell, value);
      case "b" -> value.equals("1") ? "true" : value.equals("0") ? "false" : value;
      case "d" -> SheetNumbers.isoText(value, formats.of(cell.style()));
      case "e" -> {
        errors.add(cell);
        yield value;
      }
      default -> RichText.unescaped(value);
    };
  }

  private String number(SheetCells cell, String value) {
    if (value.isEmpty()) {
      return "";
    }
    String text = numbers.text(value, formats.of(cell.style()));
    if (SheetNumbers.mayHaveLostDigits(text)) {
      longNumbers.add(cell);
    }
    return text;
  }

  private String shared(SheetCells cell, String value) {
    if (value.isEmpty()) {
      return "";
    }
    int index = NumberFormats.number(value);
    if (index < 0 || index >= strings.size()) {
      throw WorkbookZip.damaged();
    }
    String text = strings.get(index);
    if (text == null) {
      throw RowSize.sheetRowTooLarge(cell.row());
    }
    return RichText.unescaped(text);
  }

  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (Notice notice : List.of(errors, uncalculated, longNumbers)) {
      if (notice.first != null) {
        warnings.add(notice.sentence.formatted(notice.count, notice.first));
      }
    }
    return warnings;
  }

  /** A sentence about cells of one sort, with their number and the place of the first. */
  private static final class Notice {

    private final String sentence;
    private int count;
    private @Nullable String first;

    private Notice(String sentence) {
      this.sentence = sentence;
    }

    private void add(SheetCells cell) {
      count++;
      if (first == null) {
        first = letters(cell.column()) + cell.row();
      }
    }

    private static String letters(int column) {
      StringBuilder letters = new StringBuilder();
      for (int rest = column; rest >= 0; rest = rest / 26 - 1) {
        letters.insert(0, (char) ('A' + rest % 26));
      }
      return letters.toString();
    }
  }
}
