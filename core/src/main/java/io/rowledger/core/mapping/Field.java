package io.rowledger.core.mapping;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field of a record, as data: mapping, templates and API documents are all made from it.
 *
 * @param name the wire name in camelCase; a dot leads into an object field
 * @param required a record cannot be without it and nothing but the row or its mapping gives it
 * @param maxLength longest text in UTF-16 units; 0 where the type bounds it
 * @param values the legal values of a {@link FieldType#CHOICE}, in canonical case; else empty
 * @param defaultValue what an absent field becomes, as documents say it; null when it stays absent
 * @param aliases other names the platform files and JSON bodies use for it
 */
public record Field(
    String name,
    FieldType type,
    boolean required,
    int maxLength,
    List<String> values,
    @Nullable String defaultValue,
    List<String> aliases) {

  public Field {
    values = List.copyOf(values);
    aliases = List.copyOf(aliases);
  }

  static Field of(String name, FieldType type) {
    return new Field(name, type, false, 0, List.of(), null, List.of());
  }

  static Field text(String name, int maxLength) {
    return new Field(name, FieldType.TEXT, false, maxLength, List.of(), null, List.of());
  }

  /** An object whose text form is accepted as well, up to a length. */
  static Field objectOrText(String name, int maxLength) {
    return new Field(name, FieldType.OBJECT, false, maxLength, List.of(), null, List.of());
  }

  static Field choice(String name, String... values) {
    return new Field(name, FieldType.CHOICE, false, 0, List.of(values), null, List.of());
  }

  Field mandatory() {
    return new Field(name, type, true, maxLength, values, defaultValue, aliases);
  }

  Field defaulting(String value) {
    return new Field(name, type, required, maxLength, values, value, aliases);
  }

  Field alias(String... names) {
    return new Field(name, type, required, maxLength, values, defaultValue, List.of(names));
  }

  /** The legal value that the text means, whatever its case; null when there is none. */
  public @Nullable String canonical(String text) {
    for (String value : values) {
      if (value.equals(text)) {
        return value;
      }
    }
    for (String value : values) {
      if (value.equalsIgnoreCase(text)) {
        return value;
      }
    }
    return null;
  }
}
