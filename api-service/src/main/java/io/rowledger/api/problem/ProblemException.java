package io.rowledger.api.problem;

import java.util.List;
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

  public ProblemException(Problem problem, String detail) {
    this(problem, detail, List.of());
  }

  public ProblemException(Problem problem, String detail, List<Detail> details) {
    super(detail);
    this.problem = problem;
    this.details = List.copyOf(details);
  }

  public Problem problem() {
    return problem;
  }

  public List<Detail> details() {
    return details;
  }
}
