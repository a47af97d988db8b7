package io.rowledger.api.upload;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.rowledger.api.format.RowSource;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.upload.BatchBody.Source;
import io.rowledger.core.row.StorableText;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes once through a JSON body that lies in a file. Rows are only passed over, so memory does not
 * grow with them; that their JSON is whole is known afterwards, and the place in the body of what
 * is not.
 */
final class BatchBodyReader {

  /** All members around the rows together; a large column mapping is the largest. */
  private static final int MAX_OPTIONS = 1 << 20;

  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private static final int MAX_FILE_NAME = 255;
  private static final int MAX_SOURCES = 5;

  /** As deep as a row may nest, and the three levels around it. */
  private static final int MAX_DEPTH = 64 + 3;

  // Key tables are shared by all parsers of a factory and would be filled with callers' keys.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_OPTIONS)
                  .maxNameLength(1_000)
                  .build())
          .build();

  private static final ObjectMapper OPTIONS =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final JsonParser parser;
  private final Map<String, JsonNode> options = new LinkedHashMap<>();
  private final List<Source> sources = new ArrayList<>();
  private final Set<String> ignored = new HashSet<>();
  private long optionCharacters;

  private BatchBodyReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Reads {@code {"<rows>": […], …}}.
   *
   * @param rows the member that holds the rows
   * @throws ProblemException VALIDATION_ERROR with line and column, EMPTY_FILE or ROW_TOO_LARGE
   */
  static BatchBody one(Path file, String rows) {
    return read(
        file,
        reader -> {
          reader.members(rows, () -> reader.sources.add(reader.array(rows, null)));
          if (reader.sources.isEmpty()) {
            throw UploadForm.invalid(rows, "The body needs the array \"" + rows + "\".");
          }
        });
  }

  /** Reads {@code {"sources": [{"fileName": …, "<rows>": […]}, …], …}}. */
  static BatchBody several(Path file, String rows) {
    return read(
        file,
        reader -> {
          boolean[] found = {false};
          reader.members(
              "sources",
              () -> {
                found[0] = true;
                while (reader.parser.nextToken() != JsonToken.END_ARRAY) {
                  reader.source(rows);
                }
              });
          if (!found[0]) {
            throw UploadForm.invalid("sources", "The body needs the array \"sources\".");
          }
          if (reader.sources.isEmpty()) {
            throw empty("sources");
          }
        });
  }

  private interface Step<T> {
    void take(T with) throws IOException;
  }

  private interface Rows {
    void read() throws IOException;
  }

  private static BatchBody read(Path file, Step<BatchBodyReader> step) {
    try (Reader text = open(file);
        JsonParser parser = FACTORY.createParser(text)) {
      BatchBodyReader reader = new BatchBodyReader(parser);
      try {
        step.take(reader);
      } catch (StreamConstraintsException e) {
        throw reader.broken(e, "goes beyond what is read here (nesting, keys or numbers)");
      } catch (JsonProcessingException e) {
        throw reader.broken(e, "is not valid JSON");
      } catch (CharacterCodingException e) {
        throw UploadForm.invalid(
            "body",
            "The body is not UTF-8 at or soon after line %d."
                .formatted(parser.currentLocation().getLineNr()));
      }
      return new BatchBody(List.copyOf(reader.sources), reader.options, reader.warnings());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The body from behind a byte order mark. JSON between systems is UTF-8 (RFC 8259), so nothing is
   * guessed; what can be decoded is, written again, the same bytes.
   */
  static Reader open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file));
    try {
      in.mark(MARK.length);
      if (!Arrays.equals(in.readNBytes(MARK.length), MARK)) {
        in.reset();
      }
      return new BufferedReader(
          new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()), 64 * 1024);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** Reads the object at the start of the body to the end of the body. */
  private void members(String wanted, Rows rows) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw UploadForm.invalid("body", "The body must be a JSON object.");
    }
    boolean found = false;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      long start = parser.currentTokenLocation().getCharOffset();
      JsonToken value = parser.nextToken();
      if (!name.equals(wanted)) {
        option(name, value, start);
        continue;
      }
      if (found) {
        throw twice(name);
      }
      found = true;
      if (value != JsonToken.START_ARRAY) {
        throw UploadForm.invalid(name, name + " must be an array.");
      }
      rows.read();
    }
    if (parser.nextToken() != null) {
      throw UploadForm.invalid(
          "body",
          "Something follows the end of the JSON in line %d."
              .formatted(parser.currentTokenLocation().getLineNr()));
    }
  }

  private void option(String name, JsonToken value, long nameStart) throws IOException {
    // Token by token, so that a huge one is refused and not taken into memory.
    TokenBuffer tokens = new TokenBuffer(parser).forceUseOfBigDecimal(true);
    int depth = 0;
    JsonToken token = value;
    while (true) {
      tokens.copyCurrentEvent(parser);
      long used = optionCharacters + parser.currentLocation().getCharOffset() - nameStart;
      if (used > MAX_OPTIONS) {
        throw UploadForm.invalid(
            name, "The members around the rows may have 1 MiB together; one of them is beyond it.");
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (depth == 0) {
        optionCharacters = used;
        break;
      }
      token = parser.nextToken();
    }
    try (JsonParser buffered = tokens.asParser()) {
      if (options.put(name, OPTIONS.readTree(buffered)) != null) {
        throw twice(name);
      }
    }
  }

  private void source(String rows) throws IOException {
    int index = sources.size();
    String place = "sources[" + index + "]";
    if (index == MAX_SOURCES) {
      throw UploadForm.invalid(
          "sources",
          "This route takes up to %d sources; split the request.".formatted(MAX_SOURCES));
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw UploadForm.invalid(place, place + " must be an object.");
    }
    String fileName = null;
    Source found = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals(rows)) {
        if (found != null) {
          throw twice(place + "." + name);
        }
        if (value != JsonToken.START_ARRAY) {
          throw UploadForm.invalid(place + "." + name, place + "." + name + " must be an array.");
        }
        found = array(place + "." + rows, null);
      } else if (name.equals("fileName")) {
        fileName = fileName(place, value);
      } else {
        parser.skipChildren();
        ignore(name);
      }
    }
    if (found == null) {
      throw UploadForm.invalid(place, "%s needs the array \"%s\".".formatted(place, rows));
    }
    sources.add(new Source(fileName, found.start(), found.end()));
  }

  private @Nullable String fileName(String place, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return null;
    }
    if (value != JsonToken.VALUE_STRING
        || parser.getText().isBlank()
        || parser.getText().length() > MAX_FILE_NAME) {
      throw UploadForm.invalid(
          place + ".fileName",
          "%s.fileName must be a text of up to %d characters.".formatted(place, MAX_FILE_NAME));
    }
    return parser.getText().strip();
  }

  /**
   * Passes over the array at whose bracket the parser stands, and looks at the size of its rows.
   */
  private Source array(String name, @Nullable String fileName) throws IOException {
    long start = parser.currentTokenLocation().getCharOffset();
    int rows = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      rows++;
      long rowStart = parser.currentTokenLocation().getCharOffset();
      int line = parser.currentTokenLocation().getLineNr();
      parser.skipChildren();
      // Strings are read lazily: their end is only known when they are finished.
      parser.finishToken();
      if (parser.currentLocation().getCharOffset() - rowStart > RowSource.MAX_ROW_BYTES) {
        throw new ProblemException(
            Problem.ROW_TOO_LARGE,
            "%s[%d], which starts at line %d of the body, is over 256 KiB."
                .formatted(name, rows - 1, line));
      }
    }
    if (rows == 0) {
      throw empty(name);
    }
    return new Source(fileName, start, parser.currentTokenLocation().getCharOffset() + 1);
  }

  private static ProblemException empty(String name) {
    return new ProblemException(
        Problem.EMPTY_FILE, name + " is empty. It needs at least one object.");
  }

  private static ProblemException twice(String name) {
    return UploadForm.invalid(name, name + " is in the body twice.");
  }

  private void ignore(String name) {
    if (ignored.size() < 20) {
      String storable = StorableText.repaired(name);
      ignored.add(storable.length() <= 60 ? storable : storable.substring(0, 60) + "…");
    }
  }

  private List<String> warnings() {
    return ignored.stream()
        .sorted()
        .map(name -> "The member \"" + name + "\" of a source is not known and was ignored.")
        .toList();
  }

  // The parser's own message may quote the body.
  private ProblemException broken(JsonProcessingException failed, String what) {
    JsonLocation at =
        failed.getLocation() == null ? parser.currentLocation() : failed.getLocation();
    return UploadForm.invalid(
        "body",
        "The body %s at line %d, column %d.".formatted(what, at.getLineNr(), at.getColumnNr()));
  }
}
