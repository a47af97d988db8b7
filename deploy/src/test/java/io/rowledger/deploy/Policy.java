package io.rowledger.deploy;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** What we ask of everything that is sent to a cluster, beyond being valid. */
final class Policy {

  /**
   * One rule.
   *
   * @param name as in docs/kubernetes.md
   * @param violations says what breaks it and where
   */
  record Rule(String name, Function<Rendering, Stream<String>> violations) {}

  static final List<Rule> RULES =
      Stream.of(PodRules.RULES, ContainerRules.RULES, AvailabilityRules.RULES, AccessRules.RULES)
          .flatMap(List::stream)
          .toList();

  private Policy() {}

  /** Each violation with the name of its rule before it. */
  static List<String> violations(Rendering rendering) {
    return RULES.stream()
        .flatMap(
            rule ->
                rule.violations().apply(rendering).map(violation -> rule.name() + ": " + violation))
        .toList();
  }
}
