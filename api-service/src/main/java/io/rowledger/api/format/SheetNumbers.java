package io.rowledger.api.format;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of a sheet as text: plain, or the day and time they are shown as. Days are counted from
 * 1900, with a 29th of February in that year which never was, or from 1904.
 */
final class SheetNumbers {

  /** A workbook keeps this many digits and shows no more. */
  static final int DIGITS = 15;

  /** How long a number may be written; a double has at most 24 characters. */
  private static final int MAX_LENGTH = 64;

  private static final int MAX_EXPONENT = 400;
  private static final int DAYS_1900_TO_1904 = 1462;
  private static final int NO_SUCH_DAY = 60;
  private static final int LAST_DAY = 2_958_465;
  private static final long DAY_MILLIS = 86_400_000;
  private static final LocalDate EPOCH = LocalDate.of(1899, 12, 30);

  private final boolean date1904;

  SheetNumbers(boolean date1904) {
    this.date1904 = date1904;
  }

  /** The number as it is shown; what is no number, or no day, as it is written. */
  String text(String written, NumberFormat format) {
    BigDecimal number = number(written);
    if (number == null) {
      return written;
    }
    return switch (format.kind()) {
      case NUMBER -> plain(number);
      case PADDED -> padded(plain(number), format.digits());
      default -> {
        String shown = moment(number, format);
        yield shown == null ? plain(number) : shown;
      }
    };
  }

  /** True for a whole number with more digits than a workbook keeps. */
  static boolean mayHaveLostDigits(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    return text.length() - start > DIGITS
        && text.chars().skip(start).allMatch(c -> c >= '0' && c <= '9');
  }

  private static @Nullable BigDecimal number(String written) {
    String text = written.strip();
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(text);
      // Written out, a larger exponent would fill the memory.
      return Math.abs((long) number.scale()) > MAX_EXPONENT ? null : number;
    } catch (NumberFormatException none) {
      return null;
    }
  }

  // What was typed as 2.3 is stored as 2.2999999999999998, and nobody means the difference.
  private static String plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    if (stripped.scale() > 0 && stripped.precision() > DIGITS) {
      stripped = stripped.round(new MathContext(DIGITS, RoundingMode.HALF_UP)).stripTrailingZeros();
    }
    return stripped.toPlainString();
  }

  private static String padded(String number, int digits) {
    boolean whole = number.chars().allMatch(c -> c >= '0' && c <= '9');
    return whole && number.length() < digits
        ? "0".repeat(digits - number.length()) + number
        : number;
  }

  private @Nullable String moment(BigDecimal serial, NumberFormat format) {
    if (serial.signum() < 0 || serial.compareTo(BigDecimal.valueOf(LAST_DAY + 1L)) >= 0) {
      return null;
    }
    BigDecimal unit = BigDecimal.valueOf(format.fractions() ? 1 : 1000);
    long millis =
        serial
                .multiply(BigDecimal.valueOf(DAY_MILLIS))
                .divide(unit, 0, RoundingMode.HALF_UP)
                .longValueExact()
            * unit.intValue();
    int day = (int) (millis / DAY_MILLIS);
    long ofDay = millis % DAY_MILLIS;
    return switch (format.kind()) {
      case DATE -> date(day);
      case TIME -> time(ofDay);
      case DURATION -> duration(millis);
      case BY_VALUE ->
          day == 0 ? time(ofDay) : ofDay == 0 ? date(day) : date(day) + 'T' + time(ofDay);
      default -> date(day) + 'T' + time(ofDay);
    };
  }

  private String date(int day) {
    if (date1904) {
      return EPOCH.plusDays(day + (long) DAYS_1900_TO_1904).toString();
    }
    if (day == NO_SUCH_DAY) {
      return "1900-02-29";
    }
    return EPOCH.plusDays(day < NO_SUCH_DAY ? day + 1L : day).toString();
  }

  private static String time(long millis) {
    return DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(millis * 1_000_000));
  }

  private static String duration(long millis) {
    long seconds = millis / 1000;
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  /** A day that is written as text of ISO 8601, as it is shown; unchanged when it is none. */
  static String isoText(String written, NumberFormat format) {
    try {
      if (written.indexOf('T') < 0) {
        return written;
      }
      LocalDateTime moment = LocalDateTime.parse(written.replaceFirst("Z$", ""));
      return switch (format.kind()) {
        case DATE -> moment.toLocalDate().toString();
        case TIME -> DateTimeFormatter.ISO_LOCAL_TIME.format(moment);
        default -> DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(moment);
      };
    } catch (DateTimeException none) {
      return written;
    }
  }
}
