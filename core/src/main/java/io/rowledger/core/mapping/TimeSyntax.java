package io.rowledger.core.mapping;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How times are written: ISO 8601, or a pattern of {@link DateTimeFormatter} with English names. A
 * time without offset is in the zone; in a gap or an overlap of the zone {@link
 * LocalDateTime#atZone} decides. A day without time means its first moment. Only years 1 to 9999,
 * cut to the microseconds that PostgreSQL keeps.
 */
final class TimeSyntax {

  static final TimeSyntax ISO = new TimeSyntax(null, null, ZoneOffset.UTC);

  private static final Instant MIN = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant MAX = Instant.parse("9999-12-31T23:59:59.999999Z");
  private static final int MAX_LENGTH = 128;

  private final @Nullable DateTimeFormatter formatter;
  private final @Nullable String pattern;
  private final @Nullable DigitPattern digits;
  private final ZoneId zone;

  private TimeSyntax(@Nullable DateTimeFormatter formatter, @Nullable String pattern, ZoneId zone) {
    this.formatter = formatter;
    this.pattern = pattern;
    this.digits = pattern == null ? null : DigitPattern.compile(pattern);
    this.zone = zone;
  }

  /**
   * Compiles a syntax.
   *
   * @param pattern null for ISO 8601
   * @throws IllegalArgumentException when the pattern is none, or says no day
   */
  static TimeSyntax of(@Nullable String pattern, ZoneId zone) {
    if (pattern == null) {
      return new TimeSyntax(null, null, zone);
    }
    DateTimeFormatter formatter =
        DateTimeFormatter.ofPattern(properYears(pattern), Locale.ENGLISH)
            // Anything but strict reads the 30th of February as the 28th.
            .withResolverStyle(ResolverStyle.STRICT);
    LocalDate day = null;
    try {
      ZonedDateTime sample = ZonedDateTime.of(2024, 12, 31, 23, 58, 59, 0, ZoneOffset.UTC);
      day = formatter.parse(formatter.format(sample)).query(TemporalQueries.localDate());
    } catch (DateTimeException unreadable) {
      throw new IllegalArgumentException("what it writes cannot be read back", unreadable);
    }
    if (day == null) {
      throw new IllegalArgumentException("it has no year, month and day");
    }
    return new TimeSyntax(formatter, pattern, zone);
  }

  // In a strict formatter "y" is the year of an era and needs one; callers mean the plain year.
  private static String properYears(String pattern) {
    StringBuilder proper = new StringBuilder(pattern.length());
    boolean quoted = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      quoted ^= c == '\'';
      proper.append(c == 'y' && !quoted && pattern.indexOf('G') < 0 ? 'u' : c);
    }
    return proper.toString();
  }

  /** Null when the text is no time of this syntax. */
  @Nullable Instant instant(String text) {
    if (text.length() > MAX_LENGTH) {
      return null;
    }
    try {
      Instant instant = formatter == null ? IsoTimes.instant(text, zone) : patterned(text);
      return instant == null || instant.isBefore(MIN) || instant.isAfter(MAX)
          ? null
          : instant.truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException malformed) {
      return null;
    }
  }

  private @Nullable Instant patterned(String text) {
    if (digits != null) {
      LocalDateTime local = digits.parse(text);
      return local == null ? null : IsoTimes.at(local, zone);
    }
    TemporalAccessor parsed = formatter().parse(text);
    LocalDate day = parsed.query(TemporalQueries.localDate());
    if (day == null) {
      return null;
    }
    LocalTime time = parsed.query(TemporalQueries.localTime());
    ZoneId own = parsed.query(TemporalQueries.zone());
    return IsoTimes.at(
        LocalDateTime.of(day, time == null ? LocalTime.MIDNIGHT : time), own == null ? zone : own);
  }

  private DateTimeFormatter formatter() {
    if (formatter == null) {
      throw new IllegalStateException("ISO 8601 has no formatter");
    }
    return formatter;
  }

  /** Null when the text is no day of this syntax; a time of day is allowed and dropped. */
  @Nullable LocalDate date(String text) {
    if (text.length() > MAX_LENGTH) {
      return null;
    }
    try {
      LocalDate day =
          formatter == null
              ? IsoTimes.date(text)
              : formatter.parse(text).query(TemporalQueries.localDate());
      return day == null || day.getYear() < 1 || day.getYear() > 9999 ? null : day;
    } catch (DateTimeException malformed) {
      return null;
    }
  }

  TimeFormat format() {
    String name = zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
    return new TimeFormat(pattern == null ? "ISO 8601" : pattern, name);
  }

  String expectedInstant() {
    return pattern == null
        ? "an ISO 8601 date and time such as 2024-05-17T09:26:00Z, or a date, in the years 1 to 9999"
        : "a date and time in the format " + pattern + ", in the years 1 to 9999";
  }

  String expectedDate() {
    return pattern == null
        ? "an ISO 8601 date such as 2024-05-17, in the years 1 to 9999"
        : "a date in the format " + pattern + ", in the years 1 to 9999";
  }
}
