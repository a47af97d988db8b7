package io.rowledger.api.problem;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Refuses the request. Becomes the body of contract section 2 in one place.
 *
 * <p>{@code detail} says what is wrong, where, and what to do; it may name columns, lines and
 * limits, never a row's values.
 */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * One of several things that are wrong.
   *
   * @param field the form field, column or JSON path meant, null when none is
   */
  public record Detail(@Nullable String field, String message) {}

  private final transient Problem problem;
  private final transient List<Detail> details;
  private transient @Nullable Duration retryAfter;
  private transient @Nullable String jobId;

  public ProblemException(Problem problem, String detail) {
    this(problem, detail, List.of());
  }

  public ProblemException(Problem problem, String detail, List<Detail> details) {
    super(detail);
    this.problem = problem;
    this.details = List.copyOf(details);
  }

  /** A {@link Problem#VALIDATION_ERROR} about one field of the request. */
  public static ProblemException invalid(String field, String message) {
    return new ProblemException(
        Problem.VALIDATION_ERROR, field + ": " + message, List.of(new Detail(field, message)));
  }

  /** A {@link Problem#VALIDATION_ERROR} that names everything that is wrong, not only the first. */
  public static ProblemException invalid(List<Detail> details) {
    return new ProblemException(
        Problem.VALIDATION_ERROR, "See error.details for what is wrong.", details);
  }

  /**
   * The one answer for an id that does not exist, is malformed or belongs to another organisation:
   * the three must not be told apart, so none of them may say more.
   */
  public static ProblemException notFound() {
    return new ProblemException(Problem.NOT_FOUND, "There is nothing here.");
  }

  /** Says when to come back, in whole seconds, instead of the default of the problem. */
  public ProblemException retryAfter(Duration wait) {
    this.retryAfter = wait;
    return this;
  }

  /** Names the job to look up: the one whose outcome is not known, or that is in the way. */
  public ProblemException jobId(String id) {
    this.jobId = id;
    return this;
  }

  public Problem problem() {
    return problem;
  }

  /** What to do about it, the text of the answer; never null, unlike {@link #getMessage}. */
  public String detail() {
    return Optional.ofNullable(getMessage()).orElse("");
  }

  public List<Detail> details() {
    return details;
  }

  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  public Optional<String> jobId() {
    return Optional.ofNullable(jobId);
  }
}
