package io.rowledger.api.upload;

import static io.rowledger.core.row.StorableText.repaired;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.format.Interpretation;
import io.rowledger.api.format.RowSource;
import io.rowledger.core.mapping.BoundMapping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How one file was read, as JSON: {@code interpretation[]} of contract section 3. */
record FileReading(
    Interpretation file,
    BoundMapping mapping,
    List<List<@Nullable String>> sampleRows,
    List<String> formWarnings) {

  /** The name of the sample rows. */
  static final String SAMPLES = "sampleRows";

  static FileReading of(RowSource source, BoundMapping mapping, List<String> formWarnings) {
    return new FileReading(source.interpretation(), mapping, source.sampleRows(), formWarnings);
  }

  /** The caller's name of the file, without folders. */
  String fileName() {
    return repaired(file.fileName());
  }

  /** What is stored with the job: no cell of any row. */
  ObjectNode stored() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("fileName", fileName());
    json.put("format", file.format());
    json.put("compression", file.compression());
    json.put("encoding", file.encoding());
    json.put("delimiter", file.delimiter());
    json.put("quote", file.quote());
    json.put("sheet", file.sheet() == null ? null : repaired(file.sheet()));
    json.put("headerLine", file.headerLine());
    json.put("rows", file.rows());
    // A key of a JSON file may hold NUL, which would make PostgreSQL refuse the whole job.
    ObjectNode columns = json.putObject("columns");
    mapping.columnToField().forEach((column, field) -> columns.put(repaired(column), field));
    ArrayNode ignored = json.putArray("columnsIgnored");
    mapping.unknownColumns().forEach(column -> ignored.add(repaired(column)));
    ObjectNode times = json.putObject("times");
    mapping
        .timeFormats()
        .forEach(
            (field, time) ->
                times.putObject(field).put("format", time.format()).put("zone", time.zone()));
    json.put("sha256", file.sha256());
    ArrayNode warnings = json.putArray("warnings");
    file.warnings().forEach(warning -> warnings.add(repaired(warning)));
    mapping.unknownColumnsWarning().ifPresent(warning -> warnings.add(repaired(warning)));
    formWarnings.forEach(warnings::add);
    return json;
  }

  /** For the answer only: up to three rows, to see that they were read right. */
  ArrayNode samples() {
    return samples(sampleRows);
  }

  /** Both, for an answer that is not stored. */
  ObjectNode withSamples() {
    ObjectNode json = stored();
    json.set(SAMPLES, samples());
    return json;
  }

  static ArrayNode samples(List<List<@Nullable String>> sampleRows) {
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    sampleRows.forEach(
        row -> {
          ArrayNode cells = rows.addArray();
          row.forEach(cells::add);
        });
    return rows;
  }
}
