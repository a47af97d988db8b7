package io.rowledger.core.job;

import io.rowledger.core.job.JobTransitions.State;
import io.rowledger.core.sql.Session.Backend;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code import_job} as one line of a text table: {@code running/processing held f3 2/5
 * 10+5+0 a1} is status/phase, lease, fence, next chunk/chunks, succeeded+failed+skipped, attempt.
 * The lease is held, free, or paused.
 */
record JobRow(
    String status,
    String phase,
    String lease,
    long fence,
    int nextChunk,
    int chunkCount,
    Counts counts,
    int attempt) {

  static JobRow parse(String text) {
    String[] words = text.strip().split(" +", -1);
    String[] state = words[0].split("/", -1);
    String[] chunks = words[3].split("/", -1);
    String[] counts = words[4].split("\\+", -1);
    return new JobRow(
        state[0],
        state[1],
        words[1],
        Long.parseLong(words[2].substring(1)),
        Integer.parseInt(chunks[0]),
        Integer.parseInt(chunks[1]),
        new Counts(
            Integer.parseInt(counts[0]), Integer.parseInt(counts[1]), Integer.parseInt(counts[2])),
        Integer.parseInt(words[5].substring(1)));
  }

  /** A plausible row for a state of the state machine: two chunks, none of them done. */
  static JobRow of(State state) {
    JobStatus status = state.status();
    boolean done = status == JobStatus.COMPLETED;
    String phase =
        status.terminal() ? "done" : status == JobStatus.QUEUED ? "queued" : "processing";
    return new JobRow(
        status.wireName(),
        phase,
        state.paused() ? "paused" : state.leased() ? "held" : "free",
        7,
        done ? 2 : 0,
        2,
        new Counts(done ? 20 : 0, 0, 0),
        1);
  }

  JobId insert(TestDatabase database, OrgId organization) {
    JobId id = database.job(organization, chunkCount);
    database
        .database()
        .run(
            tx -> {
              // Only updates are guarded, so a row may be born in any state.
              tx.update(
                  """
                  INSERT INTO import_job (id, organization_id, upload_id, kind, total_items, chunk_count, error_handling,
                      codec_version, created_by, mapping, status, phase, fence, next_chunk, succeeded, failed, skipped, attempt,
                      lease_owner, lease_expires_at, completed_at, failure_code, started_at, paused_at)
                  SELECT ?, organization_id, upload_id, kind, total_items, chunk_count, error_handling, codec_version,
                      created_by, mapping, ?, ?, ?, ?, ?, ?, ?, ?, x.owner,
                      CASE WHEN x.owner IS NOT NULL THEN clock_timestamp() + interval '1 minute' END,
                      CASE WHEN x.phase = 'done' THEN clock_timestamp() END,
                      CASE WHEN x.status = 'failed' THEN 'ROLLED_BACK' END,
                      CASE WHEN x.status <> 'queued' THEN clock_timestamp() END,
                      CASE WHEN x.lease = 'paused' THEN clock_timestamp() END
                    FROM import_job, (SELECT ?::text AS owner, ?::text AS phase, ?::text AS status, ?::text AS lease) AS x WHERE id = ?
                  """,
                  NEW.value(),
                  status,
                  phase,
                  fence,
                  nextChunk,
                  counts.succeeded(),
                  counts.failed(),
                  counts.skipped(),
                  attempt,
                  lease.equals("held") ? "other" : null,
                  phase,
                  status,
                  lease,
                  id.value());
              tx.update("DELETE FROM import_job WHERE id = ?", id.value());
              tx.update("UPDATE import_job SET id = ? WHERE id = ?", id.value(), NEW.value());
            });
    return id;
  }

  private static final JobId NEW = new JobId(new UUID(0, 0));

  static JobRow read(TestDatabase database, JobId id) {
    return database
        .database()
        .transaction(
            tx ->
                tx.queryOne(
                        "SELECT * FROM import_job WHERE id = ?",
                        row ->
                            new JobRow(
                                row.getString("status"),
                                row.getString("phase"),
                                lease(row.getString("lease_owner"), row.getString("paused_at")),
                                row.getLong("fence"),
                                row.getInt("next_chunk"),
                                row.getInt("chunk_count"),
                                new Counts(
                                    row.getInt("succeeded"),
                                    row.getInt("failed"),
                                    row.getInt("skipped")),
                                row.getInt("attempt")),
                        id.value())
                    .orElseThrow());
  }

  private static String lease(@Nullable String owner, @Nullable String pausedAt) {
    return pausedAt != null ? "paused" : owner != null ? "held" : "free";
  }

  State state() {
    return new State(JobStatus.ofWireName(status), lease.equals("held"), lease.equals("paused"));
  }

  static List<Backend> nobody() {
    return List.of(new Backend(1, "2020-01-01 00:00:00+00"));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s/%s %s f%d %d/%d %d+%d+%d a%d",
        status,
        phase,
        lease,
        fence,
        nextChunk,
        chunkCount,
        counts.succeeded(),
        counts.failed(),
        counts.skipped(),
        attempt);
  }
}
