package io.rowledger.core.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.rowledger.core.mapping.Mapping.ParsedRules;
import io.rowledger.core.row.StorableText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a {@code columnMapping} and collects everything that is wrong with it. */
final class MappingParser {

  private static final int MAX_RULES = 1000;

  private final MappingTarget target;
  private final FieldCatalog catalog;
  private final List<MappingProblem> problems = new ArrayList<>();
  private final List<FieldRule> rules = new ArrayList<>();
  private final List<String> ignored = new ArrayList<>();
  private final Set<String> places = new HashSet<>();
  private UnknownColumns unknownColumns = UnknownColumns.WARN;

  MappingParser(MappingTarget target) {
    this.target = target;
    this.catalog = FieldCatalog.of(target);
  }

  Mapping parse(JsonNode columnMapping, Map<String, String> defaultFields) {
    if (!columnMapping.isObject()) {
      problem("/columnMapping", "A column mapping is a JSON object.");
    } else if (columnMapping.size() > MAX_RULES
        || columnMapping.path("fields").size() > MAX_RULES) {
      problem("/columnMapping", "A column mapping has at most " + MAX_RULES + " entries.");
    } else {
      requireStorable("/columnMapping", columnMapping);
      if (columnMapping.path("version").isNumber()) {
        versioned(columnMapping);
      } else {
        plain(columnMapping);
      }
    }
    defaultFields.forEach(this::defaultField);
    if (!problems.isEmpty()) {
      throw new MappingException(problems);
    }
    return new Mapping(
        target,
        columnMapping.deepCopy(),
        defaultFields,
        new ParsedRules(rules, ignored, unknownColumns));
  }

  // Version 1: column -> field path, null to ignore the column.
  private void plain(JsonNode columnMapping) {
    for (Map.Entry<String, JsonNode> entry : columnMapping.properties()) {
      String path = "/columnMapping/" + pointer(entry.getKey());
      JsonNode value = entry.getValue();
      if (value.isNull()) {
        ignored.add(entry.getKey());
      } else if (!value.isTextual()) {
        problem(path, "A column maps to the path of a field, or to null to be ignored.");
      } else {
        TargetPath place = place(path, value.textValue());
        if (place != null) {
          rules.add(FieldRule.of(place, new FieldRule.FromColumn(entry.getKey())));
        }
      }
    }
  }

  private void versioned(JsonNode columnMapping) {
    JsonNode version = columnMapping.path("version");
    if (!version.isIntegralNumber() || version.asLong() != 2) {
      problem("/columnMapping/version", "The version is not known; expected 2.");
    }
    for (Map.Entry<String, JsonNode> entry : columnMapping.properties()) {
      String path = "/columnMapping/" + pointer(entry.getKey());
      switch (entry.getKey()) {
        case "version" -> {}
        case "unknownColumns" ->
            UnknownColumns.ofWireName(entry.getValue().asText())
                .ifPresentOrElse(
                    policy -> unknownColumns = policy,
                    () -> problem(path, "Expected warn, reject or ignore."));
        case "fields" -> {
          if (!entry.getValue().isObject()) {
            problem(path, "Expected a JSON object of field paths.");
          }
        }
        default -> problem(path, "The key is not known; expected version, unknownColumns, fields.");
      }
    }
    JsonNode fields = columnMapping.path("fields");
    if (fields.isMissingNode()) {
      problem("/columnMapping/fields", "The fields are absent.");
    }
    for (Map.Entry<String, JsonNode> entry : fields.properties()) {
      String path = "/columnMapping/fields/" + pointer(entry.getKey());
      TargetPath place = place(path, entry.getKey());
      FieldRule rule = new RuleParser(path, this::problem).parse(entry.getValue(), place);
      if (rule != null) {
        rules.add(rule);
      }
    }
  }

  private void defaultField(String name, String value) {
    String path = "/defaultFields/" + pointer(name);
    TargetPath place = catalog.resolve(name);
    if (place == null) {
      problem(path, noField(name));
    } else if (!StorableText.isStorable(name) || !StorableText.isStorable(value)) {
      problem(path, "It holds a character that cannot be stored.");
    } else if (!value.isBlank()) {
      RuleParser.checkChoice(place, value, message -> problem(path, message));
      for (int i = 0; i < rules.size(); i++) {
        if (rules.get(i).target().place().equals(place.place())) {
          rules.set(i, rules.get(i).fallingBackTo(value.strip()));
          return;
        }
      }
      if (places.add(place.place())) {
        rules.add(FieldRule.of(place, new FieldRule.FromConstant(value.strip())));
      }
    }
  }

  private @Nullable TargetPath place(String path, String name) {
    TargetPath place = catalog.resolve(name);
    if (place == null) {
      problem(path, noField(name));
    } else if (!places.add(place.place())) {
      problem(path, "The field " + place.name(catalog) + " is filled twice.");
      return null;
    }
    return place;
  }

  private String noField(String name) {
    HeaderNames names = new HeaderNames(catalog.fields().stream().map(Field::name).toList());
    String closest = names.closest(name);
    return "There is no field "
        + name
        + " in the target "
        + target.wireName()
        + (closest == null ? "." : "; did you mean " + closest + "?");
  }

  private void requireStorable(String path, JsonNode node) {
    if (!FreeForm.isStorable(node)) {
      problem(path, "It holds a character or number that cannot be stored, or is nested too deep.");
    }
  }

  private void problem(String path, String message) {
    problems.add(new MappingProblem(path, message));
  }

  /** A key as a segment of a JSON Pointer. */
  static String pointer(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }
}
