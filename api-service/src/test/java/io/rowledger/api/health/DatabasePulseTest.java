package io.rowledger.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabasePulseTest {

  private static final Instant LAST_ANSWER = Instant.parse("2026-01-31T12:00:00Z");

  @ParameterizedTest
  @CsvSource({"0, UP", "5, UP", "59, UP", "60, DOWN", "3600, DOWN"})
  void isReadyThroughAShortOutageAndNotThroughALongOne(long silentSeconds, Status expected) {
    assertThat(
            DatabasePulse.answer(
                    LAST_ANSWER, LAST_ANSWER.plusSeconds(silentSeconds), Duration.ofSeconds(60))
                .getStatus())
        .isEqualTo(expected);
  }

  @Test
  void saysWhenTheDatabaseLastAnswered() {
    assertThat(
            DatabasePulse.answer(LAST_ANSWER, LAST_ANSWER, Duration.ofSeconds(60))
                .getData()
                .orElseThrow())
        .containsEntry("lastAnswer", "2026-01-31T12:00:00Z");
  }
}
