package io.rowledger.system;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every change of a lease, written down by a trigger of the test's own, on the database's clock. A
 * reader of the table sees a job now and then; between two looks it may have been given back and
 * claimed again, and a counted attempt is forgotten with the next chunk.
 */
final class LeaseLog implements AutoCloseable {
  private static final String BEGIN =
      """
      DROP TABLE IF EXISTS test_lease_log CASCADE;
      CREATE TABLE test_lease_log (
          move     bigint GENERATED ALWAYS AS IDENTITY,
          at       timestamptz NOT NULL,
          job_id   uuid NOT NULL,
          left_by  text,
          taken_by text,
          status   text NOT NULL,
          attempts integer NOT NULL,
          chunk    integer NOT NULL);
      -- As its owner: workers may have a role that writes nothing but their own tables.
      CREATE OR REPLACE FUNCTION test_lease_log() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
          INSERT INTO public.test_lease_log (at, job_id, left_by, taken_by, status, attempts, chunk)
          VALUES (clock_timestamp(), NEW.id, OLD.lease_owner, NEW.lease_owner, NEW.status,
                  NEW.attempt - OLD.attempt, NEW.next_chunk);
          RETURN NULL;
      END $$;
      CREATE OR REPLACE TRIGGER tr_test_lease_log AFTER UPDATE ON import_job FOR EACH ROW
          WHEN (OLD.fence <> NEW.fence) EXECUTE FUNCTION test_lease_log();
      """;
  private static final String END =
      """
      DROP TRIGGER tr_test_lease_log ON import_job;
      DROP FUNCTION test_lease_log();
      DROP TABLE test_lease_log;
      """;

  private final Table table;

  /**
   * One change.
   *
   * @param leftBy process id of the worker that held the job before; null when nobody did
   * @param takenBy process id of the worker that holds it now; null when nobody does
   * @param attempts how many were counted by this change
   * @param chunk the checkpoint
   */
  record Move(
      Instant at,
      String job,
      @Nullable Long leftBy,
      @Nullable Long takenBy,
      boolean open,
      int attempts,
      int chunk) {

    boolean claim() {
      return takenBy != null;
    }

    boolean givenBackBy(long pid) {
      return leftBy != null && leftBy == pid && takenBy == null && open;
    }
  }

  /** A job that was given back, and by whom it was claimed next. */
  record HandOver(Move givenBack, Move claimed) {
    Duration took() {
      return Duration.between(givenBack.at(), claimed.at());
    }
  }

  private LeaseLog(Table table) {
    this.table = table;
  }

  static LeaseLog begin(Table table) {
    run(table, BEGIN);
    return new LeaseLog(table);
  }

  /** The database's clock. */
  static Instant now(Table table) {
    return table.one("SELECT clock_timestamp()", row -> instant(row.getObject(1))).orElseThrow();
  }

  List<Move> moves() {
    return table.all(
        "SELECT * FROM test_lease_log ORDER BY move",
        row ->
            new Move(
                instant(row.getObject("at")),
                row.getString("job_id"),
                pid(row.getString("left_by")),
                pid(row.getString("taken_by")),
                List.of("queued", "running").contains(row.getString("status")),
                row.getInt("attempts"),
                row.getInt("chunk")));
  }

  List<Move> moves(String jobId) {
    return moves().stream().filter(move -> move.job().equals(jobId)).toList();
  }

  /** The first claim of the job by another worker than {@code killed}, after that one held it. */
  Optional<Move> claimedAfter(String jobId, long killed) {
    List<Move> moves = moves(jobId);
    for (int i = moves.size() - 1; i >= 0; i--) {
      Long holder = moves.get(i).takenBy();
      if (holder != null) {
        return holder == killed ? Optional.empty() : Optional.of(moves.get(i));
      }
    }
    return Optional.empty();
  }

  /** What a worker gave back since then, as far as somebody has claimed it. */
  List<HandOver> handOvers(long pid, Instant since) {
    List<HandOver> handOvers = new ArrayList<>();
    List<Move> moves = moves();
    for (int i = 0; i < moves.size(); i++) {
      Move move = moves.get(i);
      if (move.givenBackBy(pid) && !move.at().isBefore(since)) {
        moves.stream()
            .skip(i + 1L)
            .filter(later -> later.job().equals(move.job()))
            .findFirst()
            .filter(Move::claim)
            .ifPresent(claim -> handOvers.add(new HandOver(move, claim)));
      }
    }
    return handOvers;
  }

  boolean holdsAny(long pid) {
    return table.count(
            "SELECT count(*) FROM import_job WHERE split_part(lease_owner, '-', 2)::bigint = ?",
            pid)
        > 0;
  }

  @Override
  public void close() {
    run(table, END);
  }

  static void run(Table table, String commands) {
    try (Connection connection = table.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(commands);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Instant instant(Object value) {
    return value instanceof OffsetDateTime time
        ? time.toInstant()
        : ((java.sql.Timestamp) value).toInstant();
  }

  /** Owners are called worker-pid-random. */
  private static @Nullable Long pid(@Nullable String owner) {
    return owner == null ? null : Long.valueOf(owner.split("-", -1)[1]);
  }
}
