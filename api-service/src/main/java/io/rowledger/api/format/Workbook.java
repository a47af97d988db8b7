package io.rowledger.api.format;

import io.rowledger.api.format.WorkbookParts.Sheet;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.row.StorableText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens one sheet of a workbook as rows. */
final class Workbook {

  private static final String FIELD = "sheet";

  /** How many sheets a refusal names. */
  private static final int MOST_NAMED = 20;

  private Workbook() {}

  /**
   * Opens.
   *
   * @param wanted name of a sheet or its number from 1, null for the first that is not hidden
   * @throws ProblemException FILE_TOO_LARGE, UNREADABLE_FILE, UNSUPPORTED_FORMAT, or
   *     VALIDATION_ERROR that names the sheets there are
   */
  static RowSource open(
      SourceFile file, @Nullable String wanted, ReadBudget budget, List<String> warnings)
      throws IOException {
    WorkbookZip zip = WorkbookZip.open(file.path(), budget);
    SheetRows rows;
    Interpretation opened;
    try {
      String sha256 = FileScan.of(file, budget).sha256();
      WorkbookParts parts = WorkbookParts.of(zip);
      Sheet sheet = chosen(parts.sheets(), wanted);
      rows = rows(zip, parts, sheet, budget.config().workbook());
      if (wanted == null && parts.sheets().size() > 1) {
        warnings.add(
            "The workbook has %d sheets; only \"%s\" was read. Name another one as sheet."
                .formatted(parts.sheets().size(), shortened(sheet.name())));
      }
      opened =
          Interpretation.opened(file, "xlsx", null, sha256, warnings)
              .asSheet(sheet.name(), rows.headerRow());
    } catch (IOException | RuntimeException refused) {
      zip.close();
      throw refused;
    }
    return OpenedFile.of(rows, opened, "The sheet has a header but no row. Add at least one row.");
  }

  private static SheetRows rows(
      WorkbookZip zip, WorkbookParts parts, Sheet sheet, FormatConfig.Workbook bounds)
      throws IOException {
    SharedStrings strings =
        SharedStrings.read(
            parts.sharedStrings() == null ? null : zip.openIfThere(parts.sharedStrings()),
            bounds.maxSharedStringBytes());
    NumberFormats formats =
        NumberFormats.read(parts.styles() == null ? null : zip.openIfThere(parts.styles()));
    SheetCells cells = new SheetCells(WorkbookXml.of(zip.open(sheet.part())));
    try {
      return SheetRows.open(zip, cells, new SheetText(strings, formats, parts.date1904()));
    } catch (RuntimeException refused) {
      cells.close();
      throw refused;
    }
  }

  private static Sheet chosen(List<Sheet> sheets, @Nullable String wanted) {
    if (wanted == null) {
      return sheets.stream().filter(sheet -> !sheet.hidden()).findFirst().orElse(sheets.get(0));
    }
    for (Sheet sheet : sheets) {
      if (sheet.name().equals(wanted)) {
        return sheet;
      }
    }
    for (Sheet sheet : sheets) {
      if (sheet.name().equalsIgnoreCase(wanted)) {
        return sheet;
      }
    }
    int number = NumberFormats.number(wanted);
    if (number >= 1 && number <= sheets.size()) {
      return sheets.get(number - 1);
    }
    List<String> names = new ArrayList<>();
    for (Sheet sheet : sheets.subList(0, Math.min(sheets.size(), MOST_NAMED))) {
      names.add("%d \"%s\"".formatted(names.size() + 1, shortened(sheet.name())));
    }
    throw FormatOptions.invalid(
        FIELD,
        "The workbook has no such sheet. It has: %s%s. Send a name or a number."
            .formatted(String.join(", ", names), sheets.size() > MOST_NAMED ? ", …" : ""));
  }

  private static String shortened(String name) {
    return name.length() <= 60 ? name : StorableText.repaired(name.substring(0, 60)) + "…";
  }
}
