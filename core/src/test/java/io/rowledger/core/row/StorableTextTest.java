package io.rowledger.core.row;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StorableTextTest {

  @Test
  void nulAndHalfPairsCannotBeStored() {
    assertThat(StorableText.isStorable("")).isTrue();
    assertThat(StorableText.isStorable("a\tb\uD83D\uDE00")).isTrue();
    assertThat(StorableText.isStorable("a\0b")).isFalse();
    assertThat(StorableText.isStorable("\uD83D")).isFalse();
    assertThat(StorableText.isStorable("\uDE00\uD83D")).isFalse();
    assertThat(StorableText.isStorable("\uD83Dx")).isFalse();
  }

  @Test
  void repairingReplacesExactlyThose() {
    assertThat(StorableText.repaired("a\0b\uD83D\uDE00\uD83Dx\uDE00"))
        .isEqualTo("a\uFFFDb\uD83D\uDE00\uFFFDx\uFFFD");
    assertThat(StorableText.repaired("fine")).isEqualTo("fine");
  }
}
