package io.rowledger.worker.target;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeenKeysTest {

  @Test
  void aMillionKeysAreToldApart() {
    // Given keys that differ little, as invoice numbers do
    SeenKeys seen = new SeenKeys();
    for (int i = 0; i < 1_000_000; i++) {
      seen.add("invoice-" + i);
    }

    // Then all of them are there, and none of their neighbours
    for (int i = 0; i < 1_000_000; i++) {
      assertThat(seen.contains("invoice-" + i)).isTrue();
      assertThat(seen.contains("invoice_" + i)).isFalse();
    }
  }

  @Test
  void keysThatJavaHashesAlikeAreToldApart() {
    SeenKeys seen = new SeenKeys();
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());

    seen.add("Aa");

    assertThat(seen.contains("Aa")).isTrue();
    assertThat(seen.contains("BB")).isFalse();
    assertThat(seen.contains("")).isFalse();
  }

  @Test
  void nothingIsLeftWhenItIsCleared() {
    SeenKeys seen = new SeenKeys();
    seen.add("a");

    seen.clear();

    assertThat(seen.contains("a")).isFalse();
  }
}
