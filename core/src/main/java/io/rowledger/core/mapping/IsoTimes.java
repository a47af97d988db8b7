package io.rowledger.core.mapping;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * ISO 8601 by hand, because the general parser alone would cost more than all other fields of a row
 * together: {@code yyyy-MM-dd}, then optionally {@code T} or a space, {@code HH:mm}, {@code :ss}, a
 * fraction of up to nine digits, and {@code Z}, {@code ±HH:mm}, {@code ±HHmm} or {@code ±HH}.
 */
final class IsoTimes {

  private IsoTimes() {}

  /** Null, or a {@link java.time.DateTimeException}, when the text is not one. */
  static @Nullable Instant instant(String text, ZoneId zone) {
    int length = text.length();
    LocalDate day = length < 10 ? null : dayAt(text);
    if (day == null) {
      return null;
    }
    if (length == 10) {
      return at(day.atStartOfDay(), zone);
    }
    char separator = text.charAt(10);
    if ((separator != 'T' && separator != 't' && separator != ' ')
        || length < 16
        || text.charAt(13) != ':') {
      return null;
    }
    int hour = number(text, 11, 2);
    int minute = number(text, 14, 2);
    int second = 0;
    int nano = 0;
    int i = 16;
    if (i < length && text.charAt(i) == ':') {
      second = number(text, 17, 2);
      i = 19;
      if (i < length && (text.charAt(i) == '.' || text.charAt(i) == ',')) {
        int start = ++i;
        int unit = 100_000_000;
        while (i < length && isDigit(text.charAt(i)) && i - start < 9) {
          nano += (text.charAt(i++) - '0') * unit;
          unit /= 10;
        }
        if (i == start) {
          return null;
        }
      }
    }
    if (hour < 0 || minute < 0 || second < 0) {
      return null;
    }
    LocalDateTime local = day.atTime(hour, minute, second, nano);
    if (i >= length) {
      return at(local, zone);
    }
    ZoneOffset offset = offsetAt(text, i);
    return offset == null ? null : local.toInstant(offset);
  }

  /** A day, or the day of a date and time as written. */
  static @Nullable LocalDate date(String text) {
    if (text.length() < 10 || (text.length() > 10 && instant(text, ZoneOffset.UTC) == null)) {
      return null;
    }
    return dayAt(text);
  }

  static Instant at(LocalDateTime local, ZoneId zone) {
    return zone instanceof ZoneOffset offset
        ? local.toInstant(offset)
        : local.atZone(zone).toInstant();
  }

  private static @Nullable LocalDate dayAt(String text) {
    int year = number(text, 0, 4);
    int month = number(text, 5, 2);
    int day = number(text, 8, 2);
    boolean dashed = text.charAt(4) == '-' && text.charAt(7) == '-';
    return year < 0 || month < 0 || day < 0 || !dashed ? null : LocalDate.of(year, month, day);
  }

  private static @Nullable ZoneOffset offsetAt(String text, int i) {
    char sign = text.charAt(i);
    int rest = text.length() - i - 1;
    if ((sign == 'Z' || sign == 'z') && rest == 0) {
      return ZoneOffset.UTC;
    }
    boolean colon = rest == 5 && text.charAt(i + 3) == ':';
    if ((sign != '+' && sign != '-') || (rest != 2 && rest != 4 && !colon)) {
      return null;
    }
    int hours = number(text, i + 1, 2);
    int minutes = rest == 2 ? 0 : number(text, colon ? i + 4 : i + 3, 2);
    if (hours < 0 || minutes < 0) {
      return null;
    }
    return sign == '-'
        ? ZoneOffset.ofHoursMinutes(-hours, -minutes)
        : ZoneOffset.ofHoursMinutes(hours, minutes);
  }

  /** A number of exactly so many ASCII digits; -1 when it is not there. */
  static int number(String text, int start, int digits) {
    if (start + digits > text.length()) {
      return -1;
    }
    int number = 0;
    for (int i = start; i < start + digits; i++) {
      char c = text.charAt(i);
      if (!isDigit(c)) {
        return -1;
      }
      number = number * 10 + (c - '0');
    }
    return number;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
