package io.rowledger.api.upload;

import static io.rowledger.core.row.StorableText.repaired;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.format.ReadBudget;
import io.rowledger.api.format.RowSource;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingSuggester;
import io.rowledger.core.mapping.MappingSuggestion;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Proposes a mapping for one file: the body of {@code mappings/suggest}. */
final class FileSuggestion {

  private FileSuggestion() {}

  /**
   * The body.
   *
   * @throws io.rowledger.api.problem.ProblemException when the file cannot be read
   */
  static ObjectNode of(PreflightForm request, ReadBudget budget) {
    UploadedFile file = request.file();
    try (RowSource source = file.open(request.format(), budget)) {
      List<RawRow> sample = new ArrayList<>();
      for (RawRow row = source.next(); row != null; row = source.next()) {
        if (sample.size() < MappingSuggester.SAMPLE_ROWS) {
          sample.add(row);
        }
      }
      return answer(request, source, sample);
    }
  }

  private static ObjectNode answer(PreflightForm request, RowSource source, List<RawRow> sample) {
    MappingTarget target = request.mapping().target();
    CellFormat format = source.cellFormat();
    MappingSuggestion suggestion =
        MappingSuggester.suggest(
            target,
            source.columns(),
            sample,
            format,
            ";".equals(source.interpretation().delimiter()));
    Mapping mapping = Mapping.parse(suggestion.columnMapping(), target, Map.of());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("success", true);
    json.put("target", target.wireName());
    json.set("columnMapping", suggestion.columnMapping());
    ArrayNode columns = json.putArray("columns");
    suggestion
        .columns()
        .forEach(
            column -> {
              ObjectNode entry = columns.addObject();
              entry.put("column", repaired(column.column()));
              entry.put("field", column.field());
              entry.put("confidence", column.confidence());
              entry.put("reason", column.reason() == null ? null : column.reason().wireName());
            });
    ArrayNode missing = json.putArray("missingRequired");
    suggestion.missingRequired().forEach(missing::add);
    ArrayNode warnings = json.putArray("warnings");
    suggestion.warnings().forEach(warnings::add);
    json.set(
        "interpretation",
        FileReading.of(source, mapping.bind(source.columns(), format), request.warnings())
            .withSamples());
    return json;
  }
}
