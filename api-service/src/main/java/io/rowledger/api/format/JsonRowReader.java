package io.rowledger.api.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.rowledger.core.row.RawRow;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns one JSON value into a row. Numbers keep the text of the file: a binary floating point
 * number in between would change amounts and long ids.
 */
final class JsonRowReader {

  private final JsonParser parser;
  private final JsonColumns columns;
  private @Nullable String[] cells = new String[0];
  private boolean[] seen = new boolean[0];
  private @Nullable String problem;
  private long rowStart;
  private int rowLine;

  JsonRowReader(JsonParser parser, JsonColumns columns) {
    this.parser = parser;
    this.columns = columns;
  }

  /** Reads the value at whose first token the parser stands, to its last token. */
  RawRow read(int rowNumber) throws IOException {
    rowStart = parser.currentTokenLocation().getCharOffset();
    rowLine = parser.currentTokenLocation().getLineNr();
    problem = null;
    cells = new String[columns.size()];
    seen = new boolean[columns.size()];
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      readCells();
    } else {
      problem = "The row is %s, not an object.".formatted(kind(parser.currentToken()));
      skip();
    }
    if (RowSize.bytes(cells) > RowSource.MAX_ROW_BYTES) {
      throw RowSize.tooLarge(rowLine);
    }
    return new RawRow(rowNumber, Collections.unmodifiableList(Arrays.asList(cells)), problem);
  }

  /** True when the parser has gone further into the current row than a row may be long. */
  boolean readTooMuch() {
    return parser.currentLocation().getCharOffset() - rowStart > RowSource.MAX_ROW_BYTES;
  }

  /** Line where the current row starts. */
  int line() {
    return rowLine;
  }

  private void readCells() throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      int column = columns.indexOf(name);
      if (column >= cells.length) {
        int size = Math.max(columns.size(), Math.min(RowSource.MAX_COLUMNS, column * 2));
        cells = Arrays.copyOf(cells, size);
        seen = Arrays.copyOf(seen, size);
      }
      parser.nextToken();
      String value = text();
      checkSize();
      if (seen[column]) {
        duplicate(name);
      } else {
        seen[column] = true;
        cells[column] = value;
      }
    }
    if (cells.length > columns.size()) {
      cells = Arrays.copyOf(cells, columns.size());
    }
  }

  private @Nullable String text() throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_NULL -> null;
      case START_OBJECT, START_ARRAY -> nested();
      default -> parser.getText();
    };
  }

  // Compact, and token by token: a tree would parse the numbers.
  private String nested() throws IOException {
    StringBuilder json = new StringBuilder();
    Deque<Set<String>> names = new ArrayDeque<>();
    int depth = 0;
    boolean first = true;
    JsonToken token = parser.currentToken();
    while (true) {
      if (token.isStructEnd()) {
        depth--;
        if (token == JsonToken.END_OBJECT) {
          names.pop();
        }
        json.append(token.asString());
      } else {
        if (!first) {
          json.append(',');
        }
        append(token, json, names);
        depth += token.isStructStart() ? 1 : 0;
      }
      if (depth == 0) {
        return json.toString();
      }
      // After an opening bracket or a name comes no comma.
      first = token.isStructStart() || token == JsonToken.FIELD_NAME;
      checkSize();
      token = parser.nextToken();
    }
  }

  private void append(JsonToken token, StringBuilder json, Deque<Set<String>> names)
      throws IOException {
    switch (token) {
      case START_OBJECT -> {
        names.push(new HashSet<>());
        json.append('{');
      }
      case FIELD_NAME -> {
        String name = parser.currentName();
        if (!names.element().add(name)) {
          duplicate(name);
        }
        quoted(name, json);
        json.append(':');
      }
      case VALUE_STRING -> quoted(parser.getText(), json);
      default -> json.append(parser.getText());
    }
  }

  private static void quoted(String text, StringBuilder json) {
    json.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, json);
    json.append('"');
  }

  private void skip() throws IOException {
    int depth = 0;
    JsonToken token = parser.currentToken();
    while (true) {
      // Strings are read lazily; unread, a huge one would pass the limits.
      parser.finishToken();
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      checkSize();
      if (depth == 0) {
        return;
      }
      token = parser.nextToken();
    }
  }

  private void duplicate(String name) {
    if (problem == null) {
      problem = "The key \"%s\" appears twice in one object.".formatted(name);
    }
  }

  private void checkSize() {
    if (readTooMuch()) {
      throw RowSize.tooLarge(rowLine);
    }
  }

  private static String kind(JsonToken token) {
    return switch (token) {
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_NULL -> "null";
      default -> "a boolean";
    };
  }
}
