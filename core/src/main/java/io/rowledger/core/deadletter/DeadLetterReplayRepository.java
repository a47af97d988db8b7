package io.rowledger.core.deadletter;

import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;

/**
 * The table {@code dead_letter_replay}: what was sent again. A record of a topic cannot be marked
 * itself.
 */
@ApplicationScoped
public class DeadLetterReplayRepository {

  /** When the letter was sent again; empty when it never was. */
  public Optional<Instant> replayedAt(Tx tx, String topic, DeadLetter letter) {
    return tx.queryOne(
        """
        SELECT replayed_at FROM dead_letter_replay
         WHERE topic = ? AND record_partition = ? AND record_offset = ? AND recorded_at = ?
        """,
        row -> Tx.instant(row, "replayed_at"),
        topic,
        letter.partition(),
        letter.offset(),
        letter.time());
  }

  /**
   * Marks a letter. Whoever marks the same one meanwhile waits for the end of this transaction.
   *
   * @return false when it was marked already
   */
  public boolean mark(Tx tx, String topic, DeadLetter letter) {
    return tx.update(
            """
            INSERT INTO dead_letter_replay (topic, record_partition, record_offset, recorded_at)
            VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            topic,
            letter.partition(),
            letter.offset(),
            letter.time())
        == 1;
  }
}
