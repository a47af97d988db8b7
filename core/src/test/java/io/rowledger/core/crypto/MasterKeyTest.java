package io.rowledger.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyTest {

  private static final String CONFIGURED = base64(32, 7);

  private final MasterKey master = MasterKey.parse("1", CONFIGURED);
  private final UUID upload = UUID.randomUUID();
  private final DataKey dataKey = DataKey.random();

  @Test
  void whatIsWrappedUnwraps() {
    assertThat(master.unwrap(upload, master.wrap(upload, dataKey)).bytes())
        .isEqualTo(dataKey.bytes());
  }

  @Test
  void wrappingTwiceGivesDifferentBytes() {
    assertThat(master.wrap(upload, dataKey)).isNotEqualTo(master.wrap(upload, dataKey));
  }

  @Test
  void theWrappedKeyDoesNotShowTheKey() {
    byte[] wrapped = master.wrap(upload, dataKey);

    assertThat(Arrays.toString(wrapped))
        .doesNotContain(Arrays.toString(dataKey.bytes()).replaceAll("[\\[\\]]", ""));
  }

  @Test
  void aWrappedKeyOpensForItsUploadAndItsMasterKeyOnly() {
    byte[] wrapped = master.wrap(upload, dataKey);
    MasterKey other = MasterKey.parse("2", base64(32, 8));

    assertThatThrownBy(() -> master.unwrap(UUID.randomUUID(), wrapped))
        .isInstanceOf(WrongMasterKeyException.class);
    assertThatThrownBy(() -> other.unwrap(upload, wrapped))
        .isInstanceOf(WrongMasterKeyException.class)
        .hasMessageContaining("master key 2");
  }

  @Test
  void noByteOfAWrappedKeyCanBeChangedOrLeftOut() {
    byte[] wrapped = master.wrap(upload, dataKey);
    for (int i = 0; i < wrapped.length; i++) {
      byte[] tampered = wrapped.clone();
      tampered[i] ^= 4;
      assertThatThrownBy(() -> master.unwrap(upload, tampered))
          .isInstanceOf(WrongMasterKeyException.class);
      byte[] cut = Arrays.copyOf(wrapped, i);
      assertThatThrownBy(() -> master.unwrap(upload, cut))
          .isInstanceOf(WrongMasterKeyException.class);
    }
  }

  @Test
  void aSealedSecretOpensForItsPurposeAndItsOwnerOnly() {
    UUID owner = UUID.randomUUID();
    byte[] secret = {1, 2, 3};

    byte[] sealed = master.seal("webhook secret", owner, secret);

    assertThat(master.open("webhook secret", owner, sealed)).isEqualTo(secret);
    assertThat(master.seal("webhook secret", owner, secret)).isNotEqualTo(sealed);
    assertThatThrownBy(() -> master.open("data key", owner, sealed))
        .isInstanceOf(WrongMasterKeyException.class);
    assertThatThrownBy(() -> master.open("webhook secret", UUID.randomUUID(), sealed))
        .isInstanceOf(WrongMasterKeyException.class);
  }

  @Test
  void whitespaceAroundTheConfiguredKeyIsNoPartOfIt() {
    MasterKey padded = MasterKey.parse("1", " " + CONFIGURED + "\n");

    assertThat(padded.unwrap(upload, master.wrap(upload, dataKey)).bytes())
        .isEqualTo(dataKey.bytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2!",
        "c2hvcnQ=",
        "not base64 at all: hunter2",
        "aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMmh1bnRlcjJodW50ZXIy"
      })
  void aBadKeyIsRefusedWithoutRepeatingIt(String configured) {
    Throwable refused = catchThrowable(() -> MasterKey.parse("1", configured));

    assertThat(refused)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rowledger.crypto.master-key")
        .hasNoCause();
    if (!configured.isEmpty()) {
      assertThat(refused).hasMessageNotContaining(configured);
    }
  }

  @Test
  void printingAMasterKeyShowsItsNameOnly() {
    assertThat(master).hasToString("MasterKey[1]");
  }

  @Test
  void dataKeysAreRandom() {
    assertThat(DataKey.random().bytes()).isNotEqualTo(DataKey.random().bytes()).hasSize(32);
  }

  private static String base64(int length, int seed) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) seed);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
