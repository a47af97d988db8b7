package io.rowledger.system.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A check that finds nothing proves nothing until it has found something: the product is broken on
 * purpose, and the chaos run has to notice.
 */
@Tag("mutation")
class MutationIT {

  @ParameterizedTest
  @MethodSource("io.rowledger.system.chaos.Mutant#all")
  void theHarnessFinds(Mutant mutant) throws IOException, InterruptedException {
    Path services = MutantSources.built(mutant);

    Report report = ChaosRun.run(mutant.run("mutant", services));

    report.write(Settings.output().resolve("mutant-" + mutant.name() + ".md"));
    tell(mutant, report.violations().isEmpty() ? "**not found**" : report.violations().get(0));
    assertThat(report.violations()).as(mutant.what()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("io.rowledger.system.chaos.Mutant#all")
  void theSameRunOfTheUnchangedServicesFindsNothing(Mutant mutant) throws IOException {
    Report report = ChaosRun.run(mutant.run("unchanged", Settings.repository()));

    report.write(Settings.output().resolve("unchanged-" + mutant.name() + ".md"));
    tell(mutant, "unchanged: " + report.violations().size() + " violations");
    assertThat(report.violations()).as("without: " + mutant.what()).isEmpty();
  }

  /** A line for the table in docs/chaos.md. */
  private static void tell(Mutant mutant, String result) throws IOException {
    Files.writeString(
        Settings.output().resolve("mutants.md"),
        "| %s | %s |%n".formatted(mutant.what(), result),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
