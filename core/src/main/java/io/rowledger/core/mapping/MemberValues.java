package io.rowledger.core.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.rowledger.core.row.StorableText;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * The known keys inside object fields ({@code entityData.person.dateOfBirth}): checked like plain
 * fields, kept as JSON. Numbers become JSON numbers, dates ISO text, whatever source they had.
 */
final class MemberValues {

  private MemberValues() {}

  /** Text as its mapping writes it, in the form {@link #checked} reads; null when unreadable. */
  static @Nullable JsonNode written(Binding binding, String text) {
    switch (binding.target().leaf().type()) {
      case DATE -> {
        LocalDate date = binding.time().date(text);
        return date == null ? null : TextNode.valueOf(date.toString());
      }
      case DECIMAL -> {
        BigDecimal number = binding.decimal().parse(text);
        return number == null ? null : number(number);
      }
      case OBJECT -> {
        JsonNode parsed = FreeForm.looksLikeContainer(text) ? FreeForm.parse(text) : null;
        return parsed == null ? TextNode.valueOf(text) : parsed;
      }
      default -> {
        return TextNode.valueOf(text);
      }
    }
  }

  static String expectedWriting(Binding binding) {
    return binding.target().leaf().type() == FieldType.DATE
        ? binding.time().expectedDate()
        : binding.decimal().expected();
  }

  /** The value to keep, the same one when it is fine as it is; null when it is wrong. */
  static @Nullable JsonNode checked(Field field, JsonNode value) {
    if (field.type() == FieldType.OBJECT && value.isObject()) {
      return value;
    }
    if (value.isContainerNode()) {
      return null;
    }
    String text = value.asText().strip();
    return switch (field.type()) {
      case DECIMAL -> decimal(value, text);
      case INTEGER -> integer(value, text);
      case DATE -> {
        LocalDate date = TimeSyntax.ISO.date(text);
        yield date == null ? null : kept(value, date.toString());
      }
      case COUNTRY -> {
        String country = Countries.canonical(text);
        yield country == null ? null : kept(value, country);
      }
      default ->
          text.length() > field.maxLength() || !StorableText.isStorable(text)
              ? null
              : kept(value, text);
    };
  }

  private static JsonNode kept(JsonNode value, String text) {
    return value.isTextual() && value.textValue().equals(text) ? value : TextNode.valueOf(text);
  }

  private static @Nullable JsonNode decimal(JsonNode value, String text) {
    BigDecimal number = DecimalSyntax.JSON.parse(text);
    if (number == null || number.signum() < 0) {
      return null;
    }
    return value.isNumber() ? value : number(number);
  }

  private static @Nullable JsonNode integer(JsonNode value, String text) {
    BigDecimal number = DecimalSyntax.PLAIN.parse(text);
    if (number == null
        || number.signum() < 0
        || number.scale() > 0
        || number.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
      return null;
    }
    return value.isNumber() ? value : JsonNodeFactory.instance.numberNode(number.intValueExact());
  }

  private static JsonNode number(BigDecimal number) {
    return DecimalNode.valueOf(number);
  }

  static String expected(Field field) {
    return switch (field.type()) {
      case DECIMAL -> DecimalSyntax.PLAIN.expected();
      case INTEGER -> "a whole number from 0 to 2147483647";
      case DATE -> TimeSyntax.ISO.expectedDate();
      case COUNTRY -> Countries.EXPECTED;
      case OBJECT ->
          "a JSON object"
              + (field.maxLength() > 0
                  ? " or text of at most " + field.maxLength() + " characters"
                  : "");
      default -> "text of at most " + field.maxLength() + " characters";
    };
  }
}
