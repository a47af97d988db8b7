package io.rowledger.api.upload;

import static io.rowledger.core.row.StorableText.repaired;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.format.ReadBudget;
import io.rowledger.api.format.RowSource;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.tenant.TenantLimits;
import io.rowledger.core.entity.EntityRows;
import io.rowledger.core.mapping.BoundMapping;
import io.rowledger.core.mapping.MissingColumn;
import io.rowledger.core.mapping.UnknownColumns;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowParser;
import io.rowledger.core.row.RowProblem;
import io.rowledger.core.transaction.TransactionRows;
import io.rowledger.core.userevent.EventTypes;
import io.rowledger.core.userevent.UserEventRows;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one file the way an import would, without a job: its columns against the mapping, and
 * every row against the rules that need no database. Whatever is wrong with the file is an answer,
 * not a refusal.
 */
final class FileCheck {

  private static final int MAX_PROBLEMS = 20;

  private final PreflightForm request;
  private final TenantLimits limits;
  private final ReadBudget budget;
  private final Instant now;
  private final ArrayNode problems = JsonNodeFactory.instance.arrayNode();
  private int rows;
  private int invalidRows;
  private @Nullable BoundMapping bound;
  private @Nullable CellFormat format;
  private @Nullable FileReading reading;
  private @Nullable ProblemException refused;

  private FileCheck(PreflightForm request, TenantLimits limits, ReadBudget budget, Instant now) {
    this.request = request;
    this.limits = limits;
    this.budget = budget;
    this.now = now;
  }

  /**
   * The body of {@code validate-csv}.
   *
   * @throws ProblemException for what is wrong with the request rather than with its file
   */
  static ObjectNode of(PreflightForm request, TenantLimits limits, ReadBudget budget, Instant now) {
    FileCheck check = new FileCheck(request, limits, budget, now);
    try {
      check.read();
    } catch (ProblemException e) {
      if (isAboutTheRequest(e)) {
        throw e;
      }
      check.refused = e;
    }
    return check.answer();
  }

  // A delimiter or charset that is none.
  private static boolean isAboutTheRequest(ProblemException e) {
    return e.problem() == Problem.VALIDATION_ERROR && !e.details().isEmpty();
  }

  private void read() {
    UploadedFile file = request.file();
    try (RowSource source = file.open(request.format(), budget)) {
      try {
        rows(source);
      } finally {
        reading = FileReading.of(source, bind(source), request.warnings());
      }
    }
    if (rows > limits.maxRowsPerFile()) {
      throw new ProblemException(
          Problem.TOO_MANY_ITEMS,
          "The file has %d rows; this organisation may send %d in one file."
              .formatted(rows, limits.maxRowsPerFile()));
    }
  }

  private void rows(RowSource source) {
    int columns = -1;
    RowParser<?> parser = null;
    for (RawRow row = source.next(); row != null; row = source.next()) {
      // The columns of JSON grow while it is read.
      if (parser == null || columns != source.columns().size()) {
        columns = source.columns().size();
        parser = parser(bind(source));
      }
      rows++;
      if (parser.parse(row) instanceof Checked.Refused<?> wrong) {
        invalidRows++;
        problem(row, wrong.problem());
      }
    }
  }

  private BoundMapping bind(RowSource source) {
    CellFormat cells = source.cellFormat();
    BoundMapping columns = request.mapping().bind(source.columns(), cells);
    format = cells;
    bound = columns;
    return columns;
  }

  private RowParser<?> parser(BoundMapping columns) {
    return switch (columns.target()) {
      case TRANSACTION -> TransactionRows.parser(columns, now);
      case ENTITY_PERSON, ENTITY_COMPANY, ENTITY_MIXED ->
          EntityRows.parser(columns, request.entityOptions());
      // Which types are listed is the worker's setting; here every well-formed one is good.
      case USER_EVENT -> UserEventRows.parser(columns, EventTypes.OPEN, now);
    };
  }

  /** Says what is wrong and where, never the cell: bodies of errors hold no values. */
  private void problem(RawRow row, RowProblem problem) {
    if (problems.size() < MAX_PROBLEMS) {
      ObjectNode json = problems.addObject();
      json.put("rowNumber", row.rowNumber());
      json.put("column", problem.column());
      json.put("code", problem.code().name());
      json.put("message", problem.message());
    }
  }

  private ObjectNode answer() {
    List<MissingColumn> missing = missing();
    List<String> unknown = bound == null ? List.of() : bound.unknownColumns();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("success", true);
    json.put("ok", refused == null && !missesColumns(missing) && !rejects(unknown));
    json.put("target", request.mapping().target().wireName());
    ArrayNode missingColumns = json.putArray("missingCsvColumns");
    missing.forEach(column -> missingColumns.add(repaired(column.column())));
    ArrayNode unknownColumns = json.putArray("unknownColumns");
    unknown.forEach(column -> unknownColumns.add(repaired(column)));
    ArrayNode duplicates = json.putArray("duplicateHeaders");
    if (refused != null && refused.problem() == Problem.DUPLICATE_HEADER) {
      refused.details().forEach(detail -> duplicates.add(detail.field()));
    }
    json.put("rows", rows);
    json.put("invalidRows", invalidRows);
    json.set("problems", problems);
    json.set("interpretation", reading == null ? null : reading.withSamples());
    ArrayNode suggestions = json.putArray("suggestions");
    missing.stream()
        .filter(column -> column.closest() != null)
        .forEach(
            column ->
                suggestions
                    .addObject()
                    .put("column", repaired(column.column()))
                    .put("field", column.field())
                    .put("closest", repaired(String.valueOf(column.closest()))));
    if (refused != null) {
      error(json.putObject("error"), refused);
    }
    return json;
  }

  private static void error(ObjectNode json, ProblemException e) {
    json.put("code", e.problem().name());
    json.put("message", e.detail());
    ArrayNode details = json.putArray("details");
    e.details()
        .forEach(
            detail ->
                details.addObject().put("field", detail.field()).put("message", detail.message()));
  }

  private List<MissingColumn> missing() {
    if (bound == null) {
      return List.of();
    }
    return bound.missingColumns(
        request.mapping().target().isEntity()
            ? request.entityOptions().requiredFields()
            : List.of());
  }

  // A key that no object of a JSON file has is like a cell that is always blank.
  private boolean missesColumns(List<MissingColumn> missing) {
    return missing.stream().anyMatch(column -> format == CellFormat.TEXT || column.required());
  }

  private boolean rejects(List<String> unknown) {
    return request.mapping().unknownColumns() == UnknownColumns.REJECT && !unknown.isEmpty();
  }
}
