package io.rowledger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path root;

  @Test
  void keepsItsSecretsAcrossRuns() {
    String key;
    String master;
    try (DataDirectory first = DataDirectory.open(root)) {
      key = first.apiKey("api.key");
      master = first.masterKey();
    }
    try (DataDirectory second = DataDirectory.open(root)) {
      assertThat(second.apiKey("api.key")).isEqualTo(key).matches("rl_local_[A-Za-z0-9_-]{43}");
      assertThat(second.apiKey("admin.key")).isNotEqualTo(key);
      assertThat(second.masterKey()).isEqualTo(master);
      assertThat(Base64.getDecoder().decode(master)).hasSize(32);
    }
  }

  @Test
  void removesATemporaryDirectory() {
    DataDirectory directory = DataDirectory.open(null);
    Path inside = directory.path("logs");
    assertThat(inside).isDirectory();

    directory.close();

    assertThat(inside.getParent()).doesNotExist();
  }

  @Test
  void refusesAPathThatIsAFile() throws Exception {
    Path file = Files.createFile(root.resolve("taken"));

    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(CannotStart.class)
        .hasMessageContaining(file.toString());
  }
}
