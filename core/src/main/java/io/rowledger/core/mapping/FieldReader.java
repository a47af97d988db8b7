package io.rowledger.core.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.row.RowProblem;
import io.rowledger.core.row.StorableText;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one row as what they are, and collects what is wrong with them. Every method
 * returns null for a field that is absent or wrong; {@link #problem()} tells afterwards. Messages
 * name column, field and what is expected, never the value: values are personal data and travel
 * only in {@link RowProblem#value()}.
 */
public final class FieldReader {

  // One broken row with a thousand keys must not write a novel.
  private static final int MAX_SENTENCES = 20;

  private final MappedRow row;
  private final FieldCatalog catalog;
  private @Nullable StringBuilder sentences;
  private int count;
  private @Nullable String firstColumn;
  private @Nullable String firstValue;

  public FieldReader(MappedRow row) {
    this.row = row;
    this.catalog = row.mapping().catalog();
  }

  /** Any text within the length of the field. */
  public @Nullable String text(int field) {
    String text = required(field);
    return text == null ? null : checkedText(field, text);
  }

  /** A legal value of the field, in canonical case. */
  public @Nullable String choice(int field) {
    String text = required(field);
    if (text == null) {
      return null;
    }
    Field definition = catalog.fields().get(field);
    String value = definition.canonical(text);
    if (value == null) {
      refused(field, text, "one of " + String.join(", ", definition.values()));
    }
    return value;
  }

  /** An exact number, not negative. */
  public @Nullable BigDecimal decimal(int field) {
    String text = required(field);
    if (text == null) {
      return null;
    }
    DecimalSyntax syntax = syntax(field).decimal();
    BigDecimal number = syntax.parse(text);
    if (number == null || number.signum() < 0) {
      refused(field, text, syntax.expected());
      return null;
    }
    return number;
  }

  /** A whole number from 0 to 2 147 483 647. */
  public @Nullable Integer integer(int field) {
    String text = required(field);
    if (text == null) {
      return null;
    }
    BigDecimal number = syntax(field).decimal().parse(text);
    try {
      if (number != null && number.signum() >= 0) {
        return number.intValueExact();
      }
    } catch (ArithmeticException fractionOrTooLarge) {
      // Reported below, like a text that is no number.
    }
    refused(field, text, "a whole number from 0 to " + Integer.MAX_VALUE);
    return null;
  }

  public @Nullable Instant instant(int field) {
    String text = required(field);
    if (text == null) {
      return null;
    }
    TimeSyntax syntax = syntax(field).time();
    Instant instant = syntax.instant(text);
    if (instant == null) {
      refused(field, text, syntax.expectedInstant());
    }
    return instant;
  }

  public @Nullable LocalDate date(int field) {
    String text = required(field);
    if (text == null) {
      return null;
    }
    TimeSyntax syntax = syntax(field).time();
    LocalDate date = syntax.date(text);
    if (date == null) {
      refused(field, text, syntax.expectedDate());
    }
    return date;
  }

  public @Nullable Boolean bool(int field) {
    String text = required(field);
    if (text == null) {
      return null;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "1" -> Boolean.TRUE;
      case "false", "no", "0" -> Boolean.FALSE;
      default -> {
        refused(field, text, "true or false");
        yield null;
      }
    };
  }

  public @Nullable UUID uuid(int field) {
    String text = required(field);
    if (text == null) {
      return null;
    }
    // UUID.fromString also takes "1-1-1-1-1"; only the 36 character form is an id.
    try {
      UUID uuid = text.length() == 36 ? UUID.fromString(text) : null;
      if (uuid != null) {
        return uuid;
      }
    } catch (IllegalArgumentException malformed) {
      // Reported below, like a text of another length.
    }
    refused(field, text, "a UUID such as 0192f0c1-2b7e-7c43-9d53-0c4a1f6b7e10");
    return null;
  }

  /** ISO 3166-1 alpha-2, upper case. */
  public @Nullable String country(int field) {
    String text = required(field);
    if (text == null) {
      return null;
    }
    String country = Countries.canonical(text);
    if (country == null) {
      refused(field, text, Countries.EXPECTED);
    }
    return country;
  }

  /** 3 or 4 letters, upper case. */
  public @Nullable String currency(int field) {
    String text = required(field);
    if (text == null) {
      return null;
    }
    boolean letters = text.length() == 3 || text.length() == 4;
    boolean upper = true;
    for (int i = 0; letters && i < text.length(); i++) {
      char c = text.charAt(i);
      upper &= c <= 'Z';
      letters = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
    if (!letters) {
      refused(field, text, "a currency code of 3 or 4 letters such as USD");
      return null;
    }
    return upper ? text : text.toUpperCase(Locale.ROOT);
  }

  /** Something@something, at most 320 characters. */
  public @Nullable String email(int field) {
    String text = required(field);
    if (text == null) {
      return null;
    }
    int at = text.indexOf('@');
    boolean plausible =
        at > 0
            && at == text.lastIndexOf('@')
            && at < text.length() - 1
            && text.length() <= 320
            && text.chars().noneMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))
            && StorableText.isStorable(text);
    if (!plausible) {
      refused(field, text, "an e-mail address");
      return null;
    }
    return text;
  }

  /** The object of a free-form field, as JSON text; null when nothing fills it. */
  public @Nullable String objectText(int field) {
    if (row.mapping().inObject(field).length == 0) {
      return null;
    }
    ObjectNode object = object(field);
    return object == null ? null : object.toString();
  }

  /** The object of a free-form field: its whole cell, then the cells of its keys. */
  public @Nullable ObjectNode object(int field) {
    ObjectNode object = null;
    for (Binding binding : row.mapping().inObject(field)) {
      JsonNode value = value(binding);
      if (value == null) {
        continue;
      }
      if (binding.target().keys().isEmpty()) {
        object = (ObjectNode) value;
      } else {
        object = object == null ? JsonNodeFactory.instance.objectNode() : object;
        FreeForm.put(object, binding.target().keys(), value);
      }
    }
    if (object != null) {
      members(field, object);
    }
    return object;
  }

  private @Nullable JsonNode value(Binding binding) {
    boolean whole = binding.target().keys().isEmpty();
    JsonNode node = binding.node(row);
    if (node == null) {
      return null;
    }
    if (whole && node.isTextual()) {
      node = FreeForm.parse(node.textValue().strip());
    }
    if (whole && (node == null || !node.isObject())) {
      refused(binding, "a JSON object");
      return null;
    }
    if (node == null || !FreeForm.isStorable(node)) {
      refused(binding, "content without NUL characters, broken characters or huge numbers");
      return null;
    }
    if (binding.target().declared() && node.isTextual()) {
      JsonNode written = MemberValues.written(binding, node.textValue().strip());
      if (written == null) {
        refused(binding, MemberValues.expectedWriting(binding));
      }
      return written;
    }
    // The tree of a cell is shared by all who read it.
    return node.deepCopy();
  }

  private void members(int field, ObjectNode object) {
    for (TargetPath member : catalog.membersOf(field)) {
      JsonNode value = FreeForm.at(object, member.keys());
      if (value == null) {
        continue;
      }
      JsonNode checked = MemberValues.checked(member.leaf(), value);
      if (checked == null) {
        add(
            memberColumn(member),
            member.leaf().name(),
            value.isValueNode() ? value.asText() : null,
            "is not valid: expected " + MemberValues.expected(member.leaf()) + ".");
      } else if (!checked.equals(value)) {
        FreeForm.put(object, member.keys(), checked);
      }
    }
  }

  private @Nullable String memberColumn(TargetPath member) {
    String whole = null;
    for (Binding binding : row.mapping().inObject(member.field())) {
      if (binding.target().place().equals(member.place())) {
        return binding.column();
      }
      whole = binding.target().keys().isEmpty() ? binding.column() : whole;
    }
    return whole;
  }

  /** The text of a field as the row has it, unchecked; for keys of refused rows. */
  public @Nullable String raw(int field) {
    return row.text(field);
  }

  /** Adds a problem of a field; the sentence part follows the name of the column. */
  public void refuse(int field, String sentence) {
    add(row.column(field), catalog.fields().get(field).name(), row.text(field), sentence);
  }

  /** Adds the problem that a field is needed and absent. */
  public void refuseAbsent(int field, String why) {
    refuse(field, (row.column(field) == null ? "is absent: " : "is blank: ") + why + ".");
  }

  /** Everything that was wrong with the fields read so far, or null. */
  public @Nullable RowProblem problem() {
    return sentences == null
        ? null
        : new RowProblem(
            RowCode.VALIDATION_ERROR,
            sentences.toString(),
            firstColumn,
            firstValue == null ? null : StorableText.repaired(firstValue));
  }

  private @Nullable String required(int field) {
    String text = row.text(field);
    if (text == null && catalog.fields().get(field).required()) {
      refuseAbsent(field, "a value is required");
    }
    return text;
  }

  private @Nullable String checkedText(int field, String text) {
    int max = catalog.fields().get(field).maxLength();
    if (text.length() > max) {
      refuse(
          field, "is too long (" + text.length() + " characters): expected at most " + max + ".");
      return null;
    }
    if (!StorableText.isStorable(text)) {
      refused(field, text, "text without NUL characters and broken characters");
      return null;
    }
    return text;
  }

  private Binding syntax(int field) {
    Binding binding = row.mapping().plain(field);
    if (binding == null) {
      throw new IllegalStateException("a value without a binding");
    }
    return binding;
  }

  private void refused(int field, String text, String expected) {
    add(
        row.column(field),
        catalog.fields().get(field).name(),
        text,
        "is not valid: expected " + expected + ".");
  }

  private void refused(Binding binding, String expected) {
    add(
        binding.column(),
        binding.target().name(catalog),
        binding.text(row),
        "is not valid: expected " + expected + ".");
  }

  private void add(@Nullable String column, String field, @Nullable String value, String sentence) {
    if (sentences == null) {
      sentences = new StringBuilder();
      firstColumn = column == null ? field : StorableText.repaired(column);
      firstValue = value;
    }
    if (++count > MAX_SENTENCES) {
      sentences.append(count == MAX_SENTENCES + 1 ? " And more." : "");
      return;
    }
    sentences.append(count == 1 ? "" : " ");
    if (column == null) {
      sentences.append("Field ").append(field);
    } else {
      sentences.append("Column \"").append(StorableText.repaired(column)).append('"');
      if (!column.equals(field)) {
        sentences.append(" (").append(field).append(')');
      }
    }
    sentences.append(' ').append(sentence);
  }
}
