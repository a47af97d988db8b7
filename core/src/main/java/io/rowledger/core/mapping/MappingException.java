package io.rowledger.core.mapping;

import java.util.List;
import java.util.stream.Collectors;

/** A mapping that cannot be used; carries everything that is wrong with it, not only the first. */
public final class MappingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<MappingProblem> problems;

  public MappingException(List<MappingProblem> problems) {
    super(
        problems.stream()
            .map(problem -> problem.path() + ": " + problem.message())
            .collect(Collectors.joining(" ")));
    this.problems = List.copyOf(problems);
  }

  public List<MappingProblem> problems() {
    return problems;
  }
}
