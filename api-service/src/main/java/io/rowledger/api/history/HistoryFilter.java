package io.rowledger.api.history;

import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.wire.Texts;
import io.rowledger.core.job.JobFilter;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobStatus;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the filters of a {@link HistoryQuery}; what cannot be read is refused by its name. */
final class HistoryFilter {

  /** What PostgreSQL can surely compare with. */
  private static final int LAST_YEAR = 9999;

  private HistoryFilter() {}

  /**
   * The filter.
   *
   * @throws ProblemException when a filter cannot be read
   */
  static JobFilter of(HistoryQuery query) {
    Instant from = query.from == null ? null : instant("from", query.from, false);
    Instant before = query.to == null ? null : instant("to", query.to, true);
    if (from != null && before != null && !from.isBefore(before)) {
      throw ProblemException.invalid("to", "must not be before from");
    }
    return new JobFilter(
        list("kind", query.kind, JobKind.values(), JobKind::wireName),
        list("status", query.status, JobStatus.values(), JobStatus::wireName),
        from,
        before,
        text("label", query.label),
        query.retryOf == null ? null : id("retryOf", query.retryOf),
        query.dryRun == null ? null : bool("dryRun", query.dryRun),
        text("createdBy", query.createdBy));
  }

  private static <T> List<T> list(
      String name, List<String> lists, T[] values, Function<T, String> wireName) {
    return lists.stream()
        .flatMap(list -> Arrays.stream(list.split(",", -1)))
        .map(
            text ->
                Arrays.stream(values)
                    .filter(value -> wireName.apply(value).equals(text.strip()))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            ProblemException.invalid(
                                name,
                                "takes a comma list of "
                                    + String.join(
                                        ", ", Arrays.stream(values).map(wireName).toList()))))
        .toList();
  }

  /**
   * A time or a date.
   *
   * @param behind the end of what is named: of the day, or of the millisecond, which is what
   *     callers see of a time
   */
  private static Instant instant(String name, String text, boolean behind) {
    try {
      Instant start =
          text.length() == "2026-01-31".length()
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
      int year = start.atOffset(ZoneOffset.UTC).getYear();
      if (year >= 1 && year <= LAST_YEAR) {
        if (!behind) {
          return start;
        }
        return text.length() == "2026-01-31".length()
            ? start.plus(1, ChronoUnit.DAYS)
            : start.plusMillis(1);
      }
    } catch (DateTimeException e) {
      // The same answer as a year that no job is of.
    }
    throw ProblemException.invalid(
        name,
        "must be a time such as 2026-01-31T12:00:00Z or a date such as 2026-01-31; a + in an offset"
            + " is %2B in a URL");
  }

  private static @Nullable String text(String name, @Nullable String text) {
    if (text != null && !Texts.isClean(text)) {
      throw ProblemException.invalid(name, Texts.CLEAN_MESSAGE);
    }
    return text;
  }

  private static JobId id(String name, String text) {
    return JobId.parse(text)
        .orElseThrow(() -> ProblemException.invalid(name, "must be the id of a job"));
  }

  private static boolean bool(String name, String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw ProblemException.invalid(name, "must be true or false");
    };
  }
}
