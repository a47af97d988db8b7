package io.rowledger.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressPaceTest {

  private static final long START = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

  @Test
  void thereIsAtMostOneEventInFiveSecondsHoweverManyChunksAreCommitted() {
    AtomicLong clock = new AtomicLong(START);
    ProgressPace pace = new ProgressPace(Duration.ofSeconds(5), clock::get);

    List<Long> sentAt = new ArrayList<>();
    for (long millis = 0; millis < 16_000; millis += 100) {
      // The clock of System.nanoTime may run over.
      clock.set(START + Duration.ofMillis(millis).toNanos());
      if (pace.isDue()) {
        sentAt.add(millis);
      }
    }

    assertThat(sentAt).containsExactly(5_000L, 10_000L, 15_000L);
  }

  @Test
  void afterALongChunkTheNextOneWaitsAgain() {
    AtomicLong clock = new AtomicLong(START);
    ProgressPace pace = new ProgressPace(Duration.ofSeconds(5), clock::get);

    clock.addAndGet(Duration.ofSeconds(60).toNanos());
    assertThat(pace.isDue()).isTrue();
    clock.addAndGet(Duration.ofMillis(4_999).toNanos());
    assertThat(pace.isDue()).isFalse();
    clock.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(pace.isDue()).isTrue();
  }
}
