package io.rowledger.worker.run;

import io.rowledger.core.chunk.UnreadableChunkException;
import io.rowledger.core.deadletter.DeadLetterLog;
import io.rowledger.core.job.ClaimedJob;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Puts records of rows aside that do not open, as they came: sealed. */
@ApplicationScoped
class DeadChunks {

  private static final Logger LOG = Logger.getLogger(DeadChunks.class);

  private final DeadLetterLog letters;

  DeadChunks(DeadLetterLog letters) {
    this.letters = letters;
  }

  /**
   * Never fails: the job ends all the same, and the record stays where it is until retention. A
   * dead-letter topic that is missing must not keep a job open for ever.
   */
  void put(ClaimedJob job, UnreadableChunkException unreadable) {
    Map<String, String> about =
        Map.of(
            "dead-letter-job", job.id().toString(),
            "dead-letter-organization", job.organization().value().toString(),
            "dead-letter-upload", job.uploadId().toString());
    try {
      unreadable
          .source()
          .ifPresent(record -> letters.put(record, String.valueOf(unreadable.getMessage()), about));
    } catch (KafkaException failure) {
      LOG.errorf(
          "A record of job %s could not be put aside (%s): %s",
          job.id(), failure.getClass().getSimpleName(), unreadable.getMessage());
    }
  }
}
