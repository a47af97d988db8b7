package io.rowledger.core.mapping;

import io.rowledger.core.row.CellFormat;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the cells of one column look like.
 *
 * @param values texts of the first rows that are not blank, stripped
 */
record ColumnContent(List<String> values, CellFormat format) {

  /** Most likely first: where day and month can be told apart, the first that reads all wins. */
  private static final List<String> DAYS =
      List.of(
          "dd/MM/yyyy",
          "d/M/yyyy",
          "MM/dd/yyyy",
          "M/d/yyyy",
          "dd-MM-yyyy",
          "dd.MM.yyyy",
          "d.M.yyyy",
          "MM-dd-yyyy",
          "yyyy/MM/dd",
          "yyyyMMdd",
          "dd/MM/yy",
          "dd-MMM-yyyy",
          "d MMM yyyy");

  private static final List<String> TIMES = List.of("", " HH:mm:ss", " HH:mm", "'T'HH:mm:ss");

  // Compiled once: a file may have two thousand columns to look at.
  private static final Map<String, TimeSyntax> FORMATS = formats();

  private static final Pattern TIME_OF_DAY =
      Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?");

  private static final Pattern TAX_ID =
      Pattern.compile(
          "\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}"
              + "|\\d{2}\\.\\d{3}\\.\\d{3}/\\d{4}-\\d{2}"
              + "|\\d{2}-\\d{8}-\\d"
              + "|\\d{1,2}\\.\\d{3}\\.\\d{3}-[\\dKk]"
              + "|\\d{11}|\\d{14}");

  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  ColumnContent {
    values = List.copyOf(values);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /** Whether a field of this type could be read from the column as far as one can see. */
  boolean fits(Field field) {
    return switch (field.type()) {
      case DECIMAL -> decimal(false) != null;
      case INTEGER -> all(value -> value.matches("\\d{1,10}"));
      case INSTANT, DATE -> isIso() || dayFormat() != null;
      case COUNTRY -> all(value -> Countries.canonical(value) != null);
      case CURRENCY -> all(value -> value.length() <= 4 && value.matches("[A-Za-z]{3,4}"));
      case EMAIL -> all(value -> value.matches("[^\\s@]+@[^\\s@]+"));
      case BOOLEAN -> all(value -> value.matches("(?i)true|false|yes|no|1|0"));
      case UUID -> all(value -> value.matches("[0-9a-fA-F-]{36}"));
      case OBJECT -> all(value -> value.startsWith("{"));
      case CHOICE -> holdsOnly(field);
      case TEXT -> true;
    };
  }

  /** Whether the cells alone say that the column is this field: stricter than {@link #fits}. */
  boolean means(Field field) {
    if (isEmpty()) {
      return false;
    }
    return switch (field.type()) {
      case DECIMAL -> fits(field) && values.stream().anyMatch(value -> value.matches(".*[.,].*"));
      case CURRENCY -> all(CURRENCIES::contains);
      case INSTANT, EMAIL -> fits(field);
      case CHOICE -> holdsOnly(field);
      case TEXT -> field.name().equals("taxId") && all(value -> TAX_ID.matcher(value).matches());
      // Two letters are as often a state or a kind of person as a country.
      default -> false;
    };
  }

  /** Whether every cell is a legal value of the field, in any case. */
  boolean holdsOnly(Field field) {
    return all(value -> field.canonical(value) != null);
  }

  /**
   * How the decimals of the column are written; null when they cannot be read.
   *
   * @param commaFirst what to assume when "1,234" could be either
   */
  @Nullable DecimalSyntax decimal(boolean commaFirst) {
    DecimalSyntax plain = format == CellFormat.JSON ? DecimalSyntax.JSON : DecimalSyntax.PLAIN;
    if (all(value -> plain.parse(value) != null)) {
      return plain;
    }
    boolean comma = all(value -> DecimalSyntax.COMMA.parse(value) != null);
    boolean point = all(value -> DecimalSyntax.POINT.parse(value) != null);
    if (comma && (commaFirst || !point)) {
      return DecimalSyntax.COMMA;
    }
    return point ? DecimalSyntax.POINT : null;
  }

  /** True when "1,234" could be one thousand or one and a bit, and nothing tells which. */
  boolean isDecimalAmbiguous() {
    return DecimalSyntax.COMMA.equals(decimal(true)) && DecimalSyntax.POINT.equals(decimal(false));
  }

  boolean isIso() {
    return all(value -> TimeSyntax.ISO.instant(value) != null);
  }

  /** The first format that reads every cell; null when none does. */
  @Nullable String dayFormat() {
    for (Map.Entry<String, TimeSyntax> format : FORMATS.entrySet()) {
      if (all(value -> format.getValue().instant(value) != null)) {
        return format.getKey();
      }
    }
    return null;
  }

  /** True when day and month could be the other way round as well. */
  boolean isDayAmbiguous(String pattern) {
    String other =
        pattern.startsWith("dd/MM")
            ? "MM/dd" + pattern.substring(5)
            : pattern.startsWith("d/M/") ? "M/d/" + pattern.substring(4) : null;
    TimeSyntax syntax = other == null ? null : FORMATS.get(other);
    return syntax != null && all(value -> syntax.instant(value) != null);
  }

  boolean isTimeOfDay() {
    return !isEmpty() && all(value -> TIME_OF_DAY.matcher(value).matches());
  }

  /** True when no cell has a time of day: days only. */
  boolean isDaysOnly() {
    return values.stream().noneMatch(value -> value.indexOf(':') >= 0);
  }

  /** True when every cell says its offset from UTC itself. */
  boolean hasOffsets() {
    return all(value -> value.matches(".*\\d(Z|z|[+-]\\d{2}(:?\\d{2})?)") && value.length() > 10);
  }

  private static Map<String, TimeSyntax> formats() {
    Map<String, TimeSyntax> formats = new LinkedHashMap<>();
    for (String day : DAYS) {
      for (String time : TIMES) {
        formats.put(day + time, TimeSyntax.of(day + time, ZoneOffset.UTC));
      }
    }
    return formats;
  }

  private boolean all(Predicate<String> test) {
    return values.stream().allMatch(test);
  }
}
