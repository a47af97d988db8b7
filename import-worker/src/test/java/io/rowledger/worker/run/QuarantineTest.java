package io.rowledger.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.job.JobId;
import io.rowledger.worker.run.Quarantine.Pass;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class QuarantineTest {

  private final Quarantine quarantine = new Quarantine();

  @Test
  void oneSuspectAtATime() {
    Pass pass = quarantine.enter().orElseThrow();
    assertThat(quarantine.enter()).isEmpty();

    pass.close();
    pass.close();

    assertThat(quarantine.enter()).isPresent();
    assertThat(quarantine.enter()).as("closing twice makes no second place").isEmpty();
  }

  @Test
  void aJobIsShunnedForAWhile() {
    JobId job = new JobId(UUID.randomUUID());
    JobId other = new JobId(UUID.randomUUID());

    quarantine.shun(job, Duration.ofMinutes(1));
    quarantine.shun(other, Duration.ZERO);

    assertThat(quarantine.shunned()).containsExactly(job);
  }
}
