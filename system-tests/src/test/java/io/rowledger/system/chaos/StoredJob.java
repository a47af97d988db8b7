package io.rowledger.system.chaos;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job as the tables have it in the end, with what became of each of its rows. */
record StoredJob(
    UUID id,
    String status,
    boolean dryRun,
    boolean stoppedEarly,
    int total,
    int succeeded,
    int failed,
    int skipped,
    @Nullable String failureCode,
    int entitiesCreated,
    int chunkRows,
    Map<Place, Outcome> outcomes,
    int doubled) {

  /** Where a row stood in an upload. */
  record Place(int file, int number) {

    static Place of(Row row) {
      return new Place(row.file(), row.number());
    }
  }

  /**
   * What became of a row.
   *
   * @param name {@code succeeded}, {@code failed} or {@code skipped}
   * @param key of the record; of the others as far as they had one
   */
  record Outcome(String name, @Nullable String key, @Nullable String code) {}

  private record Found(Place place, Outcome outcome) {}

  /** Reads a job and every outcome of its rows. */
  static StoredJob read(Database database, Kind kind, UUID job) {
    List<Found> found =
        database.all(
            """
            SELECT file_number, row_number, 'succeeded', %s, NULL FROM %s WHERE job_id = ?
            UNION ALL
            SELECT file_number, row_number, outcome, row_key, code FROM import_row_result WHERE job_id = ?
            """
                .formatted(kind.key(), kind.table()),
            row ->
                new Found(
                    new Place(row.getInt(1), row.getInt(2)),
                    new Outcome(row.getString(3), row.getString(4), row.getString(5))),
            job,
            job);
    Map<Place, Outcome> outcomes = new HashMap<>();
    found.forEach(one -> outcomes.put(one.place(), one.outcome()));
    return database
        .all(
            """
            SELECT status, dry_run, stopped_early, total_items, succeeded, failed, skipped, failure_code,
                   coalesce((metadata ->> 'entitiesCreated')::int, 0),
                   (SELECT coalesce(sum(row_count), 0) FROM upload_chunk c WHERE c.upload_id = j.upload_id)
              FROM import_job j WHERE id = ?
            """,
            row ->
                new StoredJob(
                    job,
                    row.getString(1),
                    row.getBoolean(2),
                    row.getBoolean(3),
                    row.getInt(4),
                    row.getInt(5),
                    row.getInt(6),
                    row.getInt(7),
                    row.getString(8),
                    row.getInt(9),
                    row.getInt(10),
                    Map.copyOf(outcomes),
                    found.size() - outcomes.size()),
            job)
        .get(0);
  }

  int counted(String outcome) {
    return Math.toIntExact(
        outcomes.values().stream().filter(one -> one.name().equals(outcome)).count());
  }

  @Override
  public String toString() {
    return "%s %s: %d rows, %d succeeded, %d failed, %d skipped; in the tables %d, %d, %d"
        .formatted(
            status,
            failureCode,
            total,
            succeeded,
            failed,
            skipped,
            counted("succeeded"),
            counted("failed"),
            counted("skipped"));
  }
}
