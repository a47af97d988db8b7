package io.rowledger.core.mapping;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How decimals are written. Results are exact and keep the digits as written; at most 38 digits
 * before and 18 after the decimal sign, so that neither {@code 1e1000000000} nor a cell full of
 * digits can take memory or leave what PostgreSQL's {@code numeric} holds.
 *
 * @param decimal the decimal sign
 * @param grouping the sign between groups of three digits, 0 when groups are not allowed
 * @param exponent whether {@code 1.5E3} is a number. In text it is refused: a worksheet that shows
 *     a long number this way has lost its digits
 */
public record DecimalSyntax(char decimal, char grouping, boolean exponent) {

  /** Digits and a point, nothing else. */
  public static final DecimalSyntax PLAIN = new DecimalSyntax('.', '\0', false);

  /** A JSON number, as JSON writes it. */
  public static final DecimalSyntax JSON = new DecimalSyntax('.', '\0', true);

  /** {@code 1.234,56}. */
  public static final DecimalSyntax COMMA = new DecimalSyntax(',', '.', false);

  /** {@code 1,234.56}. */
  public static final DecimalSyntax POINT = new DecimalSyntax('.', ',', false);

  static final int MAX_INTEGER_DIGITS = 38;
  static final int MAX_FRACTION_DIGITS = 18;
  private static final int MAX_LENGTH = 128;

  /** The number a text means, null when it is not one or out of range. May be negative. */
  public @Nullable BigDecimal parse(String text) {
    int length = text.length();
    if (length == 0 || length > MAX_LENGTH) {
      return null;
    }
    char first = text.charAt(0);
    int i = first == '-' || first == '+' ? 1 : 0;
    long small = 0;
    int integers = 0;
    int fractions = 0;
    int group = -1;
    boolean point = false;
    boolean digit = false;
    int end = length;
    for (; i < length; i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digit = true;
        if (point) {
          fractions++;
        } else {
          integers += integers == 0 && c == '0' ? 0 : 1;
          group += group < 0 ? 0 : 1;
        }
        if (integers + fractions <= 18) {
          small = small * 10 + (c - '0');
        }
      } else if (c == decimal && !point && (group < 0 || group == 3)) {
        point = true;
      } else if (c == grouping && grouping != 0 && digit && !point && isGroupAt(text, i, group)) {
        group = 0;
      } else if (exponent && (c == 'e' || c == 'E') && digit) {
        end = i;
        break;
      } else {
        return null;
      }
    }
    boolean cut = !point && group >= 0 && group != 3;
    if (!digit || cut || (point && fractions == 0)) {
      return null;
    }
    if (end < length) {
      return scientific(text, end);
    }
    if (integers > MAX_INTEGER_DIGITS || fractions > MAX_FRACTION_DIGITS) {
      return null;
    }
    if (integers + fractions <= 18) {
      return BigDecimal.valueOf(first == '-' ? -small : small, fractions);
    }
    return new BigDecimal(plain(text));
  }

  // The first group has one to three digits, every later one exactly three.
  private static boolean isGroupAt(String text, int i, int group) {
    if (group >= 0) {
      return group == 3;
    }
    int start = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
    return i - start <= 3;
  }

  private String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == decimal) {
        plain.append('.');
      } else if (c != grouping) {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  private static @Nullable BigDecimal scientific(String text, int e) {
    int digits = text.length() - e - 1;
    if (digits < 1 || digits > 4) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(text);
      int integers = number.precision() - number.scale();
      if (number.signum() == 0 || integers > MAX_INTEGER_DIGITS) {
        return number.signum() == 0 ? BigDecimal.ZERO : null;
      }
      BigDecimal plain = number.scale() < 0 ? number.setScale(0) : number;
      return plain.scale() > MAX_FRACTION_DIGITS ? null : plain;
    } catch (NumberFormatException malformed) {
      return null;
    }
  }

  /** The words for a message: what a cell should look like. */
  String expected() {
    String example =
        switch (grouping) {
          case '.' -> "1.234,56 or 1234,56";
          case ',' -> "1,234.56 or 1234.56";
          default -> "1234.56";
        };
    return "a decimal number such as "
        + example
        + ", not negative, with at most 38 digits before and 18 after the decimal sign";
  }
}
