package io.rowledger.system.chaos;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Turns a plan into a request. */
final class Rendering {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String BOUNDARY = "rowledger-chaos-boundary";

  private Rendering() {}

  /** The route that takes the plan. */
  static String route(Plan plan) {
    return switch (plan.format()) {
      case JSON_BODY ->
          plan.kind() == Kind.ENTITIES
              ? "/entities/automatic/bulk"
              : "/transactions/batch/background";
      case JSON_SOURCES -> "/transactions/batch/background-multi";
      case JSON_WAITING -> "/transactions/batch";
      default -> plan.kind().upload();
    };
  }

  static Caller.Body body(Plan plan) {
    return plan.format().isFile() ? multipart(plan) : json(plan);
  }

  /** The entities that rows of a plan refer to, as a file. */
  static Caller.Body knownEntities() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    part(body, Format.CSV.fileName(), utf8(Tenant.knownEntities()));
    return closed(body);
  }

  private static Map<String, String> options(Plan plan) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("label", plan.label());
    switch (plan.kind()) {
      case TRANSACTIONS -> options.put("batchErrorHandling", plan.mode().wireName());
      case ENTITIES -> options.put("stopOnFirstError", String.valueOf(plan.mode() == Mode.STOP));
      case USER_EVENTS -> {}
    }
    if (plan.dryRun()) {
      options.put("dryRun", "true");
    }
    if (plan.after() != null) {
      options.put("after", plan.after().toString());
    }
    return options;
  }

  private static Caller.Body json(Plan plan) {
    ObjectNode body = NODES.objectNode();
    options(plan)
        .forEach(
            (name, value) -> {
              if (value.equals("true") || value.equals("false")) {
                body.put(name, Boolean.parseBoolean(value));
              } else {
                body.put(name, value);
              }
            });
    if (plan.kind() == Kind.ENTITIES) {
      body.put("importMode", "manual");
      body.set("items", rows(plan, 1, plan.total()));
    } else if (plan.format() == Format.JSON_SOURCES) {
      ArrayNode sources = body.putArray("sources");
      int from = 1;
      for (int rows : plan.fileRows()) {
        sources.addObject().set("transactions", rows(plan, from, rows));
        from += rows;
      }
    } else {
      body.set("transactions", rows(plan, 1, plan.total()));
    }
    return Caller.Body.json(body.toString());
  }

  private static ArrayNode rows(Plan plan, int from, int rows) {
    ArrayNode array = NODES.arrayNode();
    for (int index = from; index < from + rows; index++) {
      ObjectNode row = array.addObject();
      plan.cells(index)
          .forEach(
              (name, cell) -> {
                if (!cell.isEmpty()) {
                  row.put(name, cell);
                }
              });
    }
    return array;
  }

  private static Caller.Body multipart(Plan plan) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    options(plan)
        .forEach(
            (name, value) ->
                write(
                    body,
                    "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                        .formatted(BOUNDARY, name, value)));
    int from = 1;
    for (int rows : plan.fileRows()) {
      part(body, plan.format().fileName(), file(plan, from, rows));
      from += rows;
    }
    return closed(body);
  }

  private static void part(ByteArrayOutputStream body, String fileName, byte[] content) {
    write(
        body,
        "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
                .formatted(BOUNDARY, fileName)
            + "Content-Type: application/octet-stream\r\n\r\n");
    body.writeBytes(content);
    write(body, "\r\n");
  }

  private static Caller.Body closed(ByteArrayOutputStream body) {
    write(body, "--" + BOUNDARY + "--\r\n");
    return new Caller.Body("multipart/form-data; boundary=" + BOUNDARY, body.toByteArray());
  }

  private static byte[] file(Plan plan, int from, int rows) {
    return switch (plan.format()) {
      case CSV -> utf8(csv(plan, from, rows));
      case CSV_GZIP -> gzip(utf8(csv(plan, from, rows)));
      case NDJSON -> utf8(lines(rows(plan, from, rows)));
      default -> utf8(rows(plan, from, rows).toString());
    };
  }

  private static String csv(Plan plan, int from, int rows) {
    StringBuilder csv = new StringBuilder(rows * 60);
    csv.append(String.join(",", plan.cells(from).keySet())).append('\n');
    for (int index = from; index < from + rows; index++) {
      csv.append(String.join(",", plan.cells(index).values())).append('\n');
    }
    return csv.toString();
  }

  private static String lines(ArrayNode rows) {
    StringBuilder lines = new StringBuilder();
    rows.forEach(row -> lines.append(row).append('\n'));
    return lines.toString();
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(utf8(text));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
