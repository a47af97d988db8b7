package io.rowledger.system.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mutants are rarely built: who changes the line that one of them breaks has to hear of it now. */
class MutantTest {

  @ParameterizedTest
  @MethodSource("io.rowledger.system.chaos.Mutant#all")
  void theLineThatItBreaksIsThere(Mutant mutant) throws IOException {
    String source = Files.readString(Settings.repository().resolve(mutant.file()));

    assertThat(MutantSources.changed(source, mutant)).isNotEqualTo(source);
  }
}
