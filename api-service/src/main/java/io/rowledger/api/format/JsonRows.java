package io.rowledger.api.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.row.RawRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows of a JSON document (an array, or an object around one) or of JSON lines. */
final class JsonRows implements RowReader {

  private static final Set<String> WRAPPED = Set.of("transactions", "items", "events");
  private static final int MAX_DEPTH = 64;
  private static final int MAX_KEY = 1_000;
  private static final int MAX_IGNORED_NAMES = 10;

  // Key tables are shared by all parsers of a factory and would be filled with callers' keys.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(RowSource.MAX_ROW_BYTES)
                  .maxNameLength(MAX_KEY)
                  .build())
          .build();

  private enum Shape {
    ARRAY,
    WRAPPER,
    LINES
  }

  private final TextFile text;
  private final JsonParser parser;
  private final JsonRowReader rows;
  private final JsonColumns columns = new JsonColumns();
  private final List<String> ignored = new ArrayList<>();
  private Shape shape = Shape.LINES;
  private int lastRow;
  private int lastLine;
  private boolean atEnd;
  private boolean begun;

  private JsonRows(TextFile text, JsonParser parser) {
    this.text = text;
    this.parser = parser;
    this.rows = new JsonRowReader(parser, columns);
  }

  static RowSource openDocument(TextFile text) throws IOException {
    return open(text, "json");
  }

  static RowSource openLines(TextFile text) throws IOException {
    return open(text, "ndjson");
  }

  private static RowSource open(TextFile text, String format) throws IOException {
    JsonRows rows = new JsonRows(text, FACTORY.createParser(text.open()));
    rows.begun = format.equals("ndjson");
    return OpenedFile.of(
        rows, text.opened(format), "The file has no row. It needs at least one object.");
  }

  @Override
  public List<String> columns() {
    return columns.names();
  }

  @Override
  public @Nullable RawRow read() {
    if (begun) {
      return guarded(this::nextRow);
    }
    begun = true;
    return guarded(this::begin);
  }

  @Override
  public List<String> warnings() {
    return ignored.isEmpty()
        ? List.of()
        : List.of("Keys around the rows are ignored: %s.".formatted(String.join(", ", ignored)));
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private @Nullable RawRow begin() throws IOException {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.START_ARRAY) {
      shape = Shape.ARRAY;
      return nextRow();
    }
    if (token == JsonToken.START_OBJECT) {
      shape = Shape.WRAPPER;
      if (toWrappedArray()) {
        return nextRow();
      }
      throw unreadable(
          "The JSON object holds no array named transactions, items or events. Send an array of"
              + " objects, or one object per line (.ndjson).");
    }
    throw unreadable("The file is neither a JSON array nor an object.");
  }

  private @Nullable RawRow nextRow() throws IOException {
    if (atEnd) {
      return null;
    }
    JsonToken token = parser.nextToken();
    if (shape == Shape.LINES) {
      return token == null ? end() : readLine();
    }
    if (token == JsonToken.END_ARRAY) {
      if (shape == Shape.WRAPPER && toWrappedArray()) {
        throw unreadable("The JSON object holds more than one array of rows. Send one per file.");
      }
      if (parser.nextToken() != null) {
        throw unreadable(
            "Something follows the end of the JSON in line %d."
                .formatted(parser.currentTokenLocation().getLineNr()));
      }
      return end();
    }
    return rows.read(++lastRow);
  }

  // Row numbers are lines here, and two rows must never share one.
  private RawRow readLine() throws IOException {
    int line = parser.currentTokenLocation().getLineNr();
    if (line <= lastLine) {
      throw unreadable(
          "Line %d holds more than one JSON value. Put each on a line.".formatted(line));
    }
    RawRow row = rows.read(line);
    // Behind a bare number the parser is already on the next line.
    lastLine = parser.currentToken().isStructEnd() ? parser.currentLocation().getLineNr() : line;
    return row;
  }

  private @Nullable RawRow end() {
    atEnd = true;
    return null;
  }

  /** Moves to the next array of rows; false at the end of the object. */
  private boolean toWrappedArray() throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value == JsonToken.START_ARRAY && WRAPPED.contains(name)) {
        return true;
      }
      if (ignored.size() < MAX_IGNORED_NAMES) {
        ignored.add(name);
      } else if (ignored.size() == MAX_IGNORED_NAMES) {
        ignored.add("…");
      }
      parser.skipChildren();
    }
    return false;
  }

  @FunctionalInterface
  private interface Step {
    @Nullable RawRow take() throws IOException;
  }

  private @Nullable RawRow guarded(Step step) {
    try {
      return step.take();
    } catch (StreamConstraintsException failed) {
      if (rows.readTooMuch()) {
        throw RowSize.tooLarge(rows.line());
      }
      throw broken(
          failed,
          "nests deeper than %d levels, or has a key over %d or a number over 1 000 characters"
              .formatted(MAX_DEPTH, MAX_KEY));
    } catch (JsonProcessingException failed) {
      throw broken(failed, "is broken");
    } catch (CharacterCodingException failed) {
      throw CsvRows.undecodable(text.encoding(), parser.currentLocation().getLineNr());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  // The parser's own message may quote the file.
  private ProblemException broken(JsonProcessingException failed, String what) {
    JsonLocation at =
        failed.getLocation() == null ? parser.currentLocation() : failed.getLocation();
    // All of a JSON file may be one line; then only the element says where to look.
    String element = lastRow == 0 ? "" : ", in or behind element " + lastRow + " of the array";
    return unreadable(
        "The JSON %s at line %d, column %d%s."
            .formatted(what, at.getLineNr(), at.getColumnNr(), element));
  }

  private static ProblemException unreadable(String detail) {
    return new ProblemException(Problem.UNREADABLE_FILE, detail);
  }
}
