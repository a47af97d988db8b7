package io.rowledger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  @Test
  void hasDefaultsForEverything() {
    Options options = Options.parse();

    assertThat(options.httpPort()).isEqualTo(8080);
    assertThat(options.dataDir()).isNull();
    assertThat(options.apiKey()).isNull();
    assertThat(options.workers()).isEqualTo(1);
    assertThat(options.samples()).isTrue();
    assertThat(options.exit()).isFalse();
    assertThat(options.apiJvm()).isEmpty();
  }

  @Test
  void readsEveryOption() {
    String key = "rl_test_" + "x".repeat(43);

    Options options =
        Options.parse(
            "--http-port",
            "0",
            "--data-dir",
            "/tmp/here",
            "--api-key",
            key,
            "--workers",
            "3",
            "--no-samples",
            "--exit",
            "--native",
            "--api-heap",
            "128m",
            "--worker-heap",
            "96m",
            "--api-java-opts",
            "-Da=b  -Dc=d",
            "--worker-java-opts",
            "-De=f");

    assertThat(options.httpPort()).isZero();
    assertThat(options.executables()).isTrue();
    assertThat(options.dataDir()).isEqualTo(Path.of("/tmp/here").toAbsolutePath());
    assertThat(options.apiKey()).isEqualTo(key);
    assertThat(options.workers()).isEqualTo(3);
    assertThat(options.samples()).isFalse();
    assertThat(options.exit()).isTrue();
    assertThat(options.apiJvm()).containsExactly("-Xmx128m", "-Da=b", "-Dc=d");
    assertThat(options.workerJvm()).containsExactly("-Xmx96m", "-De=f");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--wat",
        "--http-port",
        "--http-port 70000",
        "--http-port x",
        "--workers -1",
        "--workers 17",
        "--api-key secret",
        "--api-heap lots"
      })
  void refusesWhatItCannotUseAndNamesTheOption(String line) {
    String[] arguments = line.split(" ", -1);

    assertThatThrownBy(() -> Options.parse(arguments))
        .isInstanceOf(CannotStart.class)
        .hasMessageContaining(arguments[0]);
  }
}
