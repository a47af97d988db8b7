package io.rowledger.worker.deadletter;

import io.rowledger.core.chunk.ChunkLogConfig;
import io.rowledger.core.deadletter.DeadLetter;
import io.rowledger.core.deadletter.DeadLetterLog;
import io.rowledger.core.deadletter.DeadLetterReplayRepository;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.sql.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends dead letters again: records to the topic they came from, events back into the outbox. Each
 * is marked in a transaction that commits after Kafka has acknowledged it, so that none is taken
 * for sent that was not; who dies in between sends it twice.
 */
@ApplicationScoped
class Replays {

  private static final int MOST_EVENTS = 10_000;

  /** What became of one letter. */
  record Outcome(String id, boolean sent, String words) {}

  private final DeadLetterLog log;
  private final DeadLetterReplayRepository marks;
  private final Outbox outbox;
  private final Database database;
  private final ChunkLogConfig rows;

  Replays(
      DeadLetterLog log,
      DeadLetterReplayRepository marks,
      Outbox outbox,
      Database database,
      ChunkLogConfig rows) {
    this.log = log;
    this.marks = marks;
    this.outbox = outbox;
    this.database = database;
    this.rows = rows;
  }

  /** Records first, then events, each the oldest first. */
  List<Letter> letters() {
    List<DeadLetter> records = log.all();
    return database.transaction(
        tx -> {
          List<Letter> letters = new ArrayList<>();
          for (DeadLetter record : records) {
            Instant replayed = marks.replayedAt(tx, log.topic(), record).orElse(null);
            letters.add(Letter.of(record, replayed));
          }
          outbox.buried(tx, MOST_EVENTS).forEach(event -> letters.add(Letter.of(event)));
          return letters;
        });
  }

  /** Everything that was not sent again yet. */
  List<Outcome> replayAll() {
    return replay(
        letters().stream().filter(letter -> letter.replayedAt() == null).map(Letter::id).toList());
  }

  List<Outcome> replay(List<String> ids) {
    boolean anyRecord = ids.stream().anyMatch(id -> id.startsWith("record-"));
    Map<String, DeadLetter> records =
        (anyRecord ? log.all() : List.<DeadLetter>of())
            .stream().collect(Collectors.toMap(Letter::idOf, Function.identity()));
    return ids.stream()
        .map(id -> id.startsWith("event-") ? replayEvent(id) : replayRecord(id, records.get(id)))
        .toList();
  }

  private Outcome replayEvent(String id) {
    long number = Long.parseLong(id.substring("event-".length()));
    return database.transaction(tx -> outbox.exhume(tx, number))
        ? new Outcome(id, true, "is in the outbox again")
        : new Outcome(id, false, "is not there, or was sent again before");
  }

  private Outcome replayRecord(String id, @Nullable DeadLetter letter) {
    if (letter == null) {
      return new Outcome(id, false, "is not in " + log.topic());
    }
    String topic = letter.sourceTopic();
    if (topic == null) {
      return new Outcome(id, false, "does not say which topic it came from");
    }
    if (topic.equals(rows.topic())) {
      // Rows are read at the place that their upload's index names; a copy elsewhere is never read.
      return new Outcome(
          id,
          false,
          "is read where it lay, at %s: once the cause is mended, retry job %s"
              .formatted(letter.sourcePlace(), letter.job()));
    }
    return database.transaction(
        tx -> {
          if (!marks.mark(tx, log.topic(), letter)) {
            return new Outcome(id, false, "was sent again before");
          }
          log.sendBack(letter);
          return new Outcome(id, true, "was sent to " + topic);
        });
  }
}
