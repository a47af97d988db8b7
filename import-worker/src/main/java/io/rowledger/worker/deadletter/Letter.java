package io.rowledger.worker.deadletter;

import io.rowledger.core.deadletter.DeadLetter;
import io.rowledger.core.event.Outbox.Buried;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A line of the list.
 *
 * @param id {@code record-<partition>-<offset>} in the dead-letter topic, or {@code event-<id>}
 * @param source where it came from
 * @param replayedAt null while it was not sent again
 */
record Letter(
    String id,
    Instant time,
    String source,
    @Nullable String job,
    String reason,
    @Nullable Instant replayedAt) {

  static Letter of(DeadLetter letter, @Nullable Instant replayedAt) {
    return new Letter(
        idOf(letter),
        letter.time(),
        "%s-%s".formatted(letter.sourceTopic(), letter.sourcePlace()),
        letter.job(),
        letter.reason(),
        replayedAt);
  }

  static Letter of(Buried event) {
    return new Letter(
        "event-" + event.id(),
        event.deadAt(),
        event.eventType(),
        event.jobId().toString(),
        event.reason(),
        null);
  }

  static String idOf(DeadLetter letter) {
    return "record-%d-%d".formatted(letter.partition(), letter.offset());
  }

  String line() {
    return "%s  %s  %s  job %s  %s%s"
        .formatted(
            id,
            time,
            printable(source),
            job == null ? "unknown" : printable(job),
            printable(reason),
            replayedAt == null ? "" : "  (sent again " + replayedAt + ")");
  }

  /** Whoever may write to the topic could otherwise forge lines, or speak to the terminal. */
  private static String printable(String text) {
    return text.replaceAll("[^\\P{C}]", "?");
  }
}
