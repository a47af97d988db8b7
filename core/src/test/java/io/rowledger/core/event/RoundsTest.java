package io.rowledger.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {

  @Test
  void eachRoundHasTheNextOfEachKind() {
    assertThat(rounds("a1", "a2", "b1", "a3", "c1", "b2"))
        .containsExactly(List.of("a1", "b1", "c1"), List.of("a2", "b2"), List.of("a3"));
  }

  @Test
  void nothingIsNoRound() {
    assertThat(rounds()).isEmpty();
  }

  private static List<List<String>> rounds(String... elements) {
    return Rounds.of(List.of(elements), element -> element.charAt(0));
  }
}
