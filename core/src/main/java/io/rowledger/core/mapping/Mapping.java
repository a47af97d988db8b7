package io.rowledger.core.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.row.CellFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A column mapping that was checked: from columns to the fields of a target. Immutable. {@link
 * #toJson()} is the snapshot a job keeps, so that editing a mapping never changes what an accepted
 * job means.
 */
public final class Mapping {

  private final MappingTarget target;
  private final @Nullable JsonNode columnMapping;
  private final Map<String, String> defaultFields;
  private final List<FieldRule> rules;
  private final List<String> ignored;
  private final UnknownColumns unknownColumns;

  Mapping(
      MappingTarget target,
      @Nullable JsonNode columnMapping,
      Map<String, String> defaultFields,
      ParsedRules parsed) {
    this.target = target;
    this.columnMapping = columnMapping;
    this.defaultFields = Map.copyOf(defaultFields);
    this.rules = parsed.rules();
    this.ignored = parsed.ignored();
    this.unknownColumns = parsed.unknownColumns();
  }

  /** What a parser found in a {@code columnMapping}. */
  record ParsedRules(List<FieldRule> rules, List<String> ignored, UnknownColumns unknownColumns) {
    ParsedRules {
      rules = List.copyOf(rules);
      ignored = List.copyOf(ignored);
    }
  }

  /**
   * Checks a {@code columnMapping}, version 1 or 2.
   *
   * @param defaultFields field path to the value of blank or unmapped fields
   * @throws MappingException with everything that is wrong
   */
  public static Mapping parse(
      JsonNode columnMapping, MappingTarget target, Map<String, String> defaultFields) {
    return new MappingParser(target).parse(columnMapping, defaultFields);
  }

  /** No mapping given: headers are the names of the fields. */
  public static Mapping platform(MappingTarget target) {
    return new Mapping(
        target, null, Map.of(), new ParsedRules(List.of(), List.of(), UnknownColumns.WARN));
  }

  public MappingTarget target() {
    return target;
  }

  public UnknownColumns unknownColumns() {
    return unknownColumns;
  }

  /** True when no mapping was given and headers are the names of fields. */
  public boolean isPlatform() {
    return columnMapping == null;
  }

  FieldCatalog catalog() {
    return FieldCatalog.of(target);
  }

  List<FieldRule> rules() {
    return rules;
  }

  /** Columns that version 1 maps to null. */
  List<String> ignored() {
    return ignored;
  }

  /** {@link #bind(List, CellFormat)} for CSV and worksheets. */
  public BoundMapping bind(List<String> columns) {
    return bind(columns, CellFormat.TEXT);
  }

  /** Fits the mapping to the columns of a file, in their order. Cheap. */
  public BoundMapping bind(List<String> columns, CellFormat format) {
    return new Binder(this, columns, format).bind();
  }

  /** {@code {target, columnMapping, defaultFields}}, or {@code {target, platform: true}}. */
  public JsonNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("target", target.wireName());
    if (columnMapping == null) {
      return json.put("platform", true);
    }
    json.set("columnMapping", columnMapping.deepCopy());
    ObjectNode defaults = json.putObject("defaultFields");
    defaultFields.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> defaults.put(entry.getKey(), entry.getValue()));
    return json;
  }

  /**
   * Reads a snapshot of {@link #toJson()}.
   *
   * @throws MappingException when it is none
   */
  public static Mapping fromJson(JsonNode json) {
    MappingTarget target =
        MappingTarget.ofWireName(json.path("target").asText())
            .orElseThrow(
                () ->
                    new MappingException(
                        List.of(new MappingProblem("/target", "The target is not known."))));
    if (json.path("platform").asBoolean()) {
      return platform(target);
    }
    return parse(json.path("columnMapping"), target, texts(json.path("defaultFields")));
  }

  /** The texts of a JSON object of {@code defaultFields}; scalars become their text. */
  public static Map<String, String> texts(JsonNode object) {
    List<MappingProblem> problems = new ArrayList<>();
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (entry.getValue().isContainerNode()) {
        problems.add(
            new MappingProblem(
                "/defaultFields/" + MappingParser.pointer(entry.getKey()),
                "A default is a single value."));
      } else if (!entry.getValue().isNull()) {
        texts.put(entry.getKey(), entry.getValue().asText());
      }
    }
    if (!problems.isEmpty()) {
      throw new MappingException(problems);
    }
    return texts;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Mapping mapping && toJson().equals(mapping.toJson());
  }

  @Override
  public int hashCode() {
    return toJson().hashCode();
  }

  @Override
  public String toString() {
    return toJson().toString();
  }
}
