package io.rowledger.api.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {

  private final RetrySchedule schedule =
      new RetrySchedule(List.of(Duration.ofSeconds(5), Duration.ofMinutes(2)));

  @Test
  void theDelayIsThatOfTheFailedTryGiveOrTakeAFifth() {
    assertThat(schedule.after(1, 0.5)).contains(Duration.ofSeconds(5));
    assertThat(schedule.after(1, 0)).contains(Duration.ofSeconds(4));
    assertThat(schedule.after(1, 1)).contains(Duration.ofSeconds(6));
    assertThat(schedule.after(2, 0.5)).contains(Duration.ofMinutes(2));
  }

  @Test
  void afterTheLastDelayThereIsOneMoreTryAndThenNone() {
    assertThat(schedule.after(3, 0.5)).isEmpty();
    assertThat(schedule.after(99, 0.5)).isEmpty();
    assertThat(new RetrySchedule(List.of()).after(1, 0.5)).isEmpty();
  }

  @Test
  void aDelayOfNothingWouldBeAnEndlessLoop() {
    assertThatThrownBy(() -> new RetrySchedule(List.of(Duration.ZERO)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
