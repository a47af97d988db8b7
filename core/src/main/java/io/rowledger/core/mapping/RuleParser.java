package io.rowledger.core.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code fields} in a version 2 mapping. */
final class RuleParser {

  private static final List<String> SOURCES = List.of("template", "column", "columns", "constant");
  private static final List<String> KEYS =
      List.of(
          "template",
          "column",
          "columns",
          "join",
          "decimal",
          "format",
          "zone",
          "values",
          "default",
          "constant");

  private final String path;
  private final BiConsumer<String, String> problems;
  private boolean broken;

  RuleParser(String path, BiConsumer<String, String> problems) {
    this.path = path;
    this.problems = problems;
  }

  /**
   * Reads a rule and reports what is wrong with it.
   *
   * @param place null when the path of the field was refused already; the rest is still checked
   * @return null when anything is wrong
   */
  @Nullable FieldRule parse(JsonNode rule, @Nullable TargetPath place) {
    if (!rule.isObject()) {
      problem("", "Expected a JSON object with column, columns, template or constant.");
      return null;
    }
    rule.fieldNames()
        .forEachRemaining(
            key -> {
              if (!KEYS.contains(key)) {
                problem(
                    "/" + MappingParser.pointer(key),
                    "The key is not known; expected one of " + String.join(", ", KEYS) + ".");
              }
            });
    FieldRule.Source source = source(rule);
    FieldType type = place == null ? null : place.declared() ? place.leaf().type() : FieldType.TEXT;
    DecimalSyntax decimal = decimal(rule, type);
    TimeSyntax time = time(rule, type);
    Map<String, String> values = values(rule, place);
    String defaultValue = text(rule, "default");
    choice("/default", place, defaultValue);
    if (source instanceof FieldRule.FromConstant constant) {
      choice("/constant", place, constant.text());
    }
    if (broken || source == null || place == null) {
      return null;
    }
    return new FieldRule(place, source, decimal, time, values, defaultValue, null);
  }

  private FieldRule.@Nullable Source source(JsonNode rule) {
    List<String> given = SOURCES.stream().filter(rule::has).toList();
    if (given.size() != 1) {
      problem("", "Expected exactly one of " + String.join(", ", SOURCES) + ".");
      return null;
    }
    if (rule.has("join") && !rule.has("columns")) {
      problem("/join", "It only goes with columns.");
    }
    return switch (given.get(0)) {
      case "columns" -> columns(rule);
      case "template" -> template(rule);
      case "column" -> {
        String name = text(rule, "column");
        yield name == null ? null : new FieldRule.FromColumn(name);
      }
      default -> {
        String value = text(rule, "constant");
        yield value == null ? null : new FieldRule.FromConstant(value);
      }
    };
  }

  private FieldRule.@Nullable Source columns(JsonNode rule) {
    List<String> names = new ArrayList<>();
    for (JsonNode name : rule.path("columns")) {
      if (name.isTextual() && !name.textValue().isBlank()) {
        names.add(name.textValue());
      }
    }
    if (names.isEmpty() || names.size() != rule.path("columns").size()) {
      problem("/columns", "Expected a list of column names.");
      return null;
    }
    JsonNode join = rule.path("join");
    if (!join.isMissingNode() && !join.isTextual()) {
      problem("/join", "Expected a text.");
    }
    return new FieldRule.FromColumns(names, join.asText(" "));
  }

  private FieldRule.@Nullable Source template(JsonNode rule) {
    String text = text(rule, "template");
    if (text == null) {
      return null;
    }
    try {
      return new FieldRule.FromTemplate(Template.compile(text));
    } catch (IllegalArgumentException malformed) {
      problem("/template", "The template cannot be read: " + malformed.getMessage() + ".");
      return null;
    }
  }

  private @Nullable DecimalSyntax decimal(JsonNode rule, @Nullable FieldType type) {
    String sign = text(rule, "decimal");
    if (sign == null) {
      return null;
    }
    if (type != null && type != FieldType.DECIMAL) {
      problem("/decimal", "The field is not a decimal number.");
    }
    return switch (sign) {
      case "," -> DecimalSyntax.COMMA;
      case "." -> DecimalSyntax.POINT;
      default -> {
        problem("/decimal", "Expected \",\" or \".\".");
        yield null;
      }
    };
  }

  private @Nullable TimeSyntax time(JsonNode rule, @Nullable FieldType type) {
    String format = text(rule, "format");
    String zone = text(rule, "zone");
    if (format == null && zone == null) {
      return null;
    }
    if (format != null && type != null && type != FieldType.INSTANT && type != FieldType.DATE) {
      problem("/format", "The field is neither a time nor a date.");
    }
    if (zone != null && type != null && type != FieldType.INSTANT) {
      problem("/zone", "The field is not a time.");
    }
    ZoneId zoneId = ZoneOffset.UTC;
    try {
      zoneId = zone == null ? ZoneOffset.UTC : ZoneId.of(zone).normalized();
    } catch (DateTimeException unknown) {
      problem(
          "/zone",
          "The zone " + zone + " is not known; expected one such as America/Sao_Paulo or UTC.");
    }
    try {
      return TimeSyntax.of(format, zoneId);
    } catch (IllegalArgumentException malformed) {
      problem(
          "/format",
          "The format " + format + " cannot be used; expected one such as yyyy-MM-dd HH:mm.");
      return null;
    }
  }

  private Map<String, String> values(JsonNode rule, @Nullable TargetPath place) {
    JsonNode values = rule.path("values");
    Map<String, String> texts = new HashMap<>();
    if (!values.isMissingNode() && !values.isObject()) {
      problem("/values", "Expected a JSON object of texts.");
    }
    for (Map.Entry<String, JsonNode> entry : values.properties()) {
      String at = "/values/" + MappingParser.pointer(entry.getKey());
      if (entry.getValue().isTextual()) {
        texts.put(entry.getKey().strip(), entry.getValue().textValue().strip());
        choice(at, place, entry.getValue().textValue());
      } else {
        problem(at, "Expected a text.");
      }
    }
    return texts;
  }

  private @Nullable String text(JsonNode rule, String key) {
    JsonNode node = rule.path(key);
    if (node.isMissingNode()) {
      return null;
    }
    boolean scalar = key.equals("constant") || key.equals("default");
    if (!(node.isTextual() || (scalar && (node.isNumber() || node.isBoolean())))
        || node.asText().isBlank()) {
      problem("/" + key, "Expected a text that is not blank.");
      return null;
    }
    return key.equals("template") || key.equals("format") ? node.asText() : node.asText().strip();
  }

  private void choice(String at, @Nullable TargetPath place, @Nullable String value) {
    if (place != null && value != null) {
      checkChoice(place, value, message -> problem(at, message));
    }
  }

  static void checkChoice(TargetPath place, String value, Consumer<String> problem) {
    Field leaf = place.leaf();
    if (place.declared()
        && leaf.type() == FieldType.CHOICE
        && !value.isBlank()
        && leaf.canonical(value.strip()) == null) {
      problem.accept(
          "It is not a value of "
              + leaf.name()
              + "; expected one of "
              + String.join(", ", leaf.values())
              + ".");
    }
  }

  private void problem(String at, String message) {
    broken = true;
    problems.accept(path + at, message);
  }
}
