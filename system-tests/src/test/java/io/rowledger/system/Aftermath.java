package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What must be true of a job when it has ended, whatever happened on the way: its end and its
 * counters, each row once and with its own outcome, its events. What must be true in every answer
 * on the way is checked by {@link Poller}.
 */
final class Aftermath {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVENT = "io.rowledger.job.%s.v1";
  private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled", "interrupted");

  private Aftermath() {}

  /**
   * A file of which it is known how each row must end: every hundredth is refused, and its first
   * rows come again at its end, which is in another chunk.
   *
   * @param good rows with a key of their own, some of which are refused
   */
  record File(String prefix, int good, boolean flawless) {
    private static final int BAD_EVERY = 100;
    private static final int AGAIN = 7;

    /** Three transactions of a worker, with refused and skipped rows in them. */
    static File mixed(String prefix) {
      return new File(prefix, 9_000, false);
    }

    /** The same without any trouble. */
    static File flawless(String prefix) {
      return new File(prefix, 9_000, true);
    }

    String csv() {
      if (flawless) {
        return Generated.transactions(prefix, good);
      }
      StringBuilder csv = new StringBuilder(Generated.transactions(prefix, good, BAD_EVERY));
      IntStream.rangeClosed(1, AGAIN)
          .forEach(row -> csv.append(Generated.row(prefix, row, "10.25")));
      return csv.toString();
    }

    int rows() {
      return good + skipped();
    }

    int failed() {
      return flawless ? 0 : good / BAD_EVERY;
    }

    int skipped() {
      return flawless ? 0 : AGAIN;
    }

    int succeeded() {
      return good - failed();
    }

    private String outcomeOf(int row) {
      return row > good ? "skipped" : !flawless && row % BAD_EVERY == 0 ? "failed" : "succeeded";
    }
  }

  /** Every row of the file has the outcome it must have. */
  static void assertCompleted(Stack stack, JsonNode job, File file) {
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
    assertThat(job.path("totalItems").asInt()).isEqualTo(file.rows());
    assertThat(job.path("succeeded").asInt()).isEqualTo(file.succeeded());
    assertThat(job.path("failed").asInt()).isEqualTo(file.failed());
    assertThat(job.path("skipped").asInt()).isEqualTo(file.skipped());
    assertThat(job.path("unprocessed").asInt()).isZero();
    assertSettled(stack, job, file);
  }

  /** The first rows of the file have the outcome they must have, and the others have none. */
  static void assertCancelled(Stack stack, JsonNode job, File file) {
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("cancelled");
    assertThat(job.path("unprocessed").asInt()).isPositive();
    assertSettled(stack, job, file);
  }

  private static void assertSettled(Stack stack, JsonNode job, File file) {
    String jobId = job.path("jobId").asText();
    int done = job.path("totalItems").asInt() - job.path("unprocessed").asInt();
    assertThat(outcomes(stack, jobId))
        .as("line and outcome of every row; the header is line 1")
        .isEqualTo(
            IntStream.rangeClosed(1, done)
                .mapToObj(row -> (row + 1) + " " + file.outcomeOf(row))
                .toList());
    assertEvents(stack, job, jobId);
    assertThat(
            stack
                .table()
                .count(
                    "SELECT count(*) FROM import_job WHERE id = ? AND lease_owner IS NULL AND phase"
                        + " = 'done'",
                    UUID.fromString(jobId)))
        .as("nobody holds it any more")
        .isEqualTo(1);
  }

  private static List<String> outcomes(Stack stack, String jobId) {
    UUID job = UUID.fromString(jobId);
    return stack
        .table()
        .all(
            """
            SELECT row_number, 'succeeded' AS outcome FROM transactions WHERE job_id = ? UNION ALL
            SELECT row_number, outcome FROM import_row_result WHERE job_id = ? ORDER BY row_number
            """,
            row -> row.getInt(1) + " " + row.getString(2).toLowerCase(Locale.ROOT),
            job,
            job);
  }

  /** One beginning, one end, nothing after it; the end says what the job says. */
  private static void assertEvents(Stack stack, JsonNode job, String jobId) {
    List<JobEvents.Event> events = JobEvents.of(stack, jobId);
    List<String> types = events.stream().map(event -> event.headers().get("ce_type")).toList();
    assertThat(types)
        .startsWith(EVENT.formatted("queued"))
        .endsWith(EVENT.formatted(job.path("status").asText()))
        .containsOnlyOnce(EVENT.formatted("queued"), EVENT.formatted("started"));
    assertThat(types)
        .as("one end")
        .filteredOn(type -> ENDS.stream().anyMatch(end -> type.equals(EVENT.formatted(end))))
        .hasSize(1);
    assertThat(events).extracting(event -> event.headers().get("ce_sequence")).isSorted();
    JsonNode told = parse(events.get(events.size() - 1).data());
    for (String counter : List.of("succeeded", "failed", "skipped", "unprocessed")) {
      assertThat(told.path(counter).asInt()).as(counter).isEqualTo(job.path(counter).asInt());
    }
  }

  /** What most of the jobs here are sent with: every row is tried. */
  static final Map<String, String> EVERY_ROW =
      Map.of("batchErrorHandling", "continue_collect_errors");

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
