package io.rowledger.api.upload;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import io.rowledger.core.mapping.FreeForm;
import io.rowledger.core.row.StorableText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The text fields of a form, or the members of a JSON body, read as what they should be. Everything
 * that is wrong is collected and said at once; fields nobody asked for are warnings.
 */
final class FormFields {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** Warnings are stored with the job: a body of a thousand typing errors is said in short. */
  private static final int MAX_UNKNOWN = 20;

  private final Map<String, String> fields;
  private final Set<String> notTexts;
  private final String noun;
  private final Set<String> known = new HashSet<>();
  private final List<Detail> wrong = new ArrayList<>();

  FormFields(Map<String, String> fields) {
    this(fields, Set.of(), "form field");
  }

  private FormFields(Map<String, String> fields, Set<String> notTexts, String noun) {
    this.fields = fields;
    this.notTexts = notTexts;
    this.noun = noun;
  }

  /**
   * The members of a JSON body: a number, a boolean or an object may stand for itself or, as in a
   * form, be written in a text.
   */
  static FormFields ofJson(Map<String, JsonNode> members) {
    Map<String, String> texts = new LinkedHashMap<>();
    Set<String> notTexts = new HashSet<>();
    members.forEach(
        (name, value) -> {
          if (value.isTextual()) {
            texts.put(name, value.textValue());
          } else if (!value.isNull()) {
            texts.put(name, value.toString());
            notTexts.add(name);
          } else {
            texts.put(name, "");
          }
        });
    return new FormFields(texts, notTexts, "member");
  }

  /** Whether the field is there and not blank. */
  boolean given(String name) {
    String value = fields.get(name);
    return value != null && !value.isBlank();
  }

  /** The field's text; null when it is absent or blank. */
  @Nullable String text(String name) {
    if (notTexts.contains(name)) {
      known.add(name);
      wrong(name, name + " must be a text.");
      return null;
    }
    return value(name);
  }

  /** What was written, whatever type it has; null when it is absent or blank. */
  @Nullable String value(String name) {
    known.add(name);
    String value = fields.get(name);
    if (value != null && !StorableText.isStorable(value)) {
      // PostgreSQL would refuse it together with the whole job.
      wrong(name, name + " holds a character that cannot be stored.");
      return null;
    }
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** As it came, white space too; null when absent. */
  @Nullable String raw(String name) {
    known.add(name);
    return fields.get(name);
  }

  /** Whether the field was sent with something in it, readable or not. */
  boolean has(String name) {
    String value = raw(name);
    return value != null && !value.isBlank();
  }

  boolean bool(String name, boolean otherwise) {
    Boolean value = bool(name);
    return value == null ? otherwise : value;
  }

  @Nullable Boolean bool(String name) {
    String value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.equals("true") && !value.equals("false")) {
      wrong(name, name + " must be true or false.");
      return null;
    }
    return value.equals("true");
  }

  /** A whole number within bounds, both included; null when absent. */
  @Nullable Integer number(String name, int least, int most) {
    String value = value(name);
    if (value == null) {
      return null;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The same answer as a number out of range.
    }
    wrong(name, "%s must be a whole number from %d to %d.".formatted(name, least, most));
    return null;
  }

  /**
   * One of some words.
   *
   * @param read empty for a word that is none of them
   * @param words what may be sent, for the message
   */
  <T> T choice(String name, T otherwise, Function<String, Optional<T>> read, String words) {
    String value = text(name);
    if (value == null) {
      return otherwise;
    }
    Optional<T> choice = read.apply(value);
    if (choice.isEmpty()) {
      wrong(name, name + " must be one of " + words + ".");
    }
    return choice.orElse(otherwise);
  }

  /** A JSON value; null when absent. */
  @Nullable JsonNode json(String name) {
    String value = value(name);
    if (value == null) {
      return null;
    }
    try {
      JsonNode json = JSON.readTree(value);
      if (FreeForm.isStorable(json)) {
        return json;
      }
      wrong(
          name,
          name + " holds a character or number that cannot be stored, or is nested too deep.");
      return null;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      // A limit of the parser, such as that of nesting, is broken nowhere in particular.
      String where =
          at == null ? "" : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
      wrong(name, name + " is not JSON that can be read" + where + ".");
      return null;
    }
  }

  /** A JSON object; null when absent. */
  @Nullable JsonNode object(String name) {
    JsonNode value = json(name);
    if (value != null && !value.isObject()) {
      wrong(name, name + " must be a JSON object.");
      return null;
    }
    return value;
  }

  void wrong(String name, String message) {
    wrong.add(new Detail(name, message));
  }

  /**
   * Ends the reading.
   *
   * @throws ProblemException VALIDATION_ERROR with everything that is wrong
   */
  void check() {
    if (wrong.isEmpty()) {
      return;
    }
    String detail =
        wrong.size() == 1
            ? wrong.get(0).message()
            : "%d %ss are wrong; see error.details.".formatted(wrong.size(), noun);
    throw new ProblemException(Problem.VALIDATION_ERROR, detail, wrong);
  }

  /** A sentence for each field nobody asked for. */
  List<String> warnings() {
    List<String> unknown = fields.keySet().stream().filter(name -> !known.contains(name)).toList();
    List<String> warnings = new ArrayList<>();
    unknown.stream()
        .limit(MAX_UNKNOWN)
        .map(name -> "The %s \"%s\" is not known and was ignored.".formatted(noun, shortened(name)))
        .forEach(warnings::add);
    if (unknown.size() > MAX_UNKNOWN) {
      warnings.add(
          "%d more %ss are not known and were ignored."
              .formatted(unknown.size() - MAX_UNKNOWN, noun));
    }
    return warnings;
  }

  private static String shortened(String name) {
    String storable = StorableText.repaired(name);
    return storable.length() <= 60 ? storable : storable.substring(0, 60) + "…";
  }
}
