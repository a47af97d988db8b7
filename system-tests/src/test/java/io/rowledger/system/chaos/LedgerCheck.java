package io.rowledger.system.chaos;

import io.rowledger.system.chaos.Ledger.Knowledge;
import io.rowledger.system.chaos.Ledger.Sent;
import io.rowledger.system.chaos.StoredJob.Outcome;
import io.rowledger.system.chaos.StoredJob.Place;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Compares the ledger with the tables, row by row. */
final class LedgerCheck {
  private final Database database;
  private final Ledger ledger;
  private final Violations violations;
  private final Map<UUID, StoredJob> stored = new ConcurrentHashMap<>();

  LedgerCheck(Database database, Ledger ledger, Violations violations) {
    this.database = database;
    this.ledger = ledger;
    this.violations = violations;
  }

  /** Takes jobs into the ledger whose answer was lost, and finds those that nobody asked for. */
  void adoptUnanswered() {
    Map<String, List<UUID>> byLabel =
        database
            .all(
                """
                SELECT id, label FROM import_job
                 WHERE label IS NOT NULL AND retry_of IS NULL AND commit_of IS NULL
                """,
                row -> Map.entry(row.getString(2), row.getObject(1, UUID.class)))
            .stream()
            .collect(
                Collectors.groupingBy(
                    Map.Entry::getKey,
                    Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    for (Sent upload : ledger.uploads().values()) {
      List<UUID> jobs = byLabel.getOrDefault(upload.plan().label(), List.of());
      String about = "upload " + upload.plan().label() + " " + upload.plan();
      violations.expect(jobs.size() < 2, about, "one job", jobs);
      switch (upload.knowledge()) {
        case ACCEPTED ->
            violations.expect(
                jobs.equals(List.of(upload.named())), about, "job " + upload.named(), jobs);
        case REFUSED -> violations.expect(jobs.isEmpty(), about, "no job after a refusal", jobs);
        case UNKNOWN -> {
          for (UUID job : jobs) {
            violations.expect(
                upload.named() == null || upload.named().equals(job), about, "that job", job);
            ledger.add(new LedgerJob(job, new LedgerJob.Upload(upload.plan())));
          }
        }
      }
    }
    adoptSuccessors();
    Set<UUID> known = ledger.jobs().stream().map(LedgerJob::id).collect(Collectors.toSet());
    for (UUID job :
        database.all(
            "SELECT id FROM import_job WHERE label LIKE 'load-%' OR retry_of IS NOT NULL"
                + " OR commit_of IS NOT NULL",
            row -> row.getObject(1, UUID.class))) {
      violations.expect(known.contains(job), "job " + job, "a job that was asked for", job);
    }
  }

  private void adoptSuccessors() {
    for (LedgerJob parent : ledger.jobs()) {
      LedgerJob.Source asked = parent.successor();
      if (asked != null) {
        List<UUID> children =
            database.all(
                "SELECT id FROM import_job WHERE retry_of = ? OR commit_of = ?",
                row -> row.getObject(1, UUID.class),
                parent.id(),
                parent.id());
        violations.expect(children.size() < 2, parent.toString(), "one successor", children);
        children.forEach(child -> ledger.add(new LedgerJob(child, asked)));
      }
    }
  }

  /** Every job of the ledger against its rows; the tables must not move any more. */
  void checkJobs() {
    ledger.jobs().forEach(this::check);
    long doubled =
        database.count(
            "SELECT count(*) FROM (SELECT 1 FROM idempotency_key GROUP BY organization_id, key"
                + " HAVING count(DISTINCT job_id) > 1) AS twice");
    violations.expect(doubled == 0, "idempotency keys", "one job for each", doubled);
    checkSkips("SKIPPED_DUPLICATE_EXTERNAL_ID", "transactions", "external_id");
    checkSkips("SKIPPED_DUPLICATE_EVENT_ID", "user_events", "event_id");
    checkSkips("SKIPPED_DUPLICATE_TAX_ID", "entities", "tax_id");
  }

  /** Who skips a row because it is there already must be right about that. */
  private void checkSkips(String code, String table, String key) {
    long wrong =
        database.count(
            """
            SELECT count(*) FROM import_row_result r JOIN import_job j ON j.id = r.job_id
             WHERE r.code = ? AND NOT j.dry_run AND NOT EXISTS (
                   SELECT 1 FROM %s t WHERE t.organization_id = r.organization_id AND t.%s = r.row_key)
            """
                .formatted(table, key),
            code);
    violations.expect(wrong == 0, table, "a record for every " + code, wrong + " without one");
  }

  StoredJob stored(LedgerJob job) {
    return stored.computeIfAbsent(job.id(), id -> StoredJob.read(database, job.kind(), id));
  }

  /** The rows that a job was made of. */
  List<Row> rowsOf(LedgerJob job) {
    if (!(job.source() instanceof LedgerJob.Retry retry)) {
      return job.plan().rows();
    }
    Map<Place, Outcome> before = stored(retry.parent()).outcomes();
    return rowsOf(retry.parent()).stream()
        .filter(
            row -> {
              Outcome outcome = before.get(Place.of(row));
              return outcome == null ? !retry.onlyFailed() : outcome.name().equals("failed");
            })
        .toList();
  }

  private void check(LedgerJob job) {
    StoredJob found = stored(job);
    List<Row> rows = rowsOf(job);
    String about = job.toString();
    violations.expect(found.dryRun() == job.dryRun(), about, "dry run " + job.dryRun(), found);
    violations.expect(found.doubled() == 0, about, "one outcome of each row", found);
    violations.expect(found.total() == rows.size(), about, rows.size() + " rows", found);
    violations.expect(
        found.chunkRows() == rows.size(), about, "an index of every row", found.chunkRows());
    checkCounters(job, found);
    checkRows(job, found, rows);
    checkEnd(job, found, rows);
  }

  private void checkCounters(LedgerJob job, StoredJob found) {
    int records = found.counted("succeeded");
    boolean agree =
        records == (found.dryRun() ? 0 : found.succeeded())
            && found.counted("failed") == found.failed()
            && found.counted("skipped") == found.skipped();
    violations.expect(agree, job.toString(), "counters that agree with the tables", found);
    if (job.kind() == Kind.USER_EVENTS) {
      long created = database.count("SELECT count(*) FROM entities WHERE job_id = ?", job.id());
      violations.expect(
          found.dryRun() || created == found.entitiesCreated(),
          job.toString(),
          created + " entities created",
          found.entitiesCreated());
    }
  }

  /** Whatever the end: what became of a row is what can become of it. */
  private void checkRows(LedgerJob job, StoredJob found, List<Row> rows) {
    Set<Place> strangers = new HashSet<>(found.outcomes().keySet());
    for (Row row : rows) {
      strangers.remove(Place.of(row));
      Outcome outcome = found.outcomes().get(Place.of(row));
      if (outcome == null) {
        continue;
      }
      boolean sameKey = !outcome.name().equals("succeeded") || row.key().equals(outcome.key());
      violations.expect(
          row.fate().allows(outcome.name()) && sameKey, job.toString(), row.toString(), outcome);
    }
    violations.expect(
        strangers.isEmpty(), job.toString(), "outcomes of its own rows only", strangers);
  }

  private void checkEnd(LedgerJob job, StoredJob found, List<Row> rows) {
    if (found.status().equals("cancelled")) {
      violations.expect(job.cancelAsked(), job.toString(), "a cancel that was asked for", found);
      violations.expect(
          job.mode() != Mode.ROLLBACK || found.succeeded() == 0,
          job.toString(),
          "nothing of a job that was cancelled before it was applied",
          found);
      return;
    }
    if (lostDependency(job)) {
      violations.expect(
          "DEPENDENCY_FAILED".equals(found.failureCode()) && found.outcomes().isEmpty(),
          job.toString(),
          "DEPENDENCY_FAILED and no row",
          found);
      return;
    }
    Expected expected = Expected.of(job.kind(), job.mode(), rows);
    violations.expect(
        found.status().equals(expected.status())
            && (expected.failureCode() == null
                ? found.failureCode() == null
                : expected.failureCode().equals(found.failureCode())),
        job.toString(),
        "to end as " + expected,
        found);
    int without = 0;
    int unexpected = 0;
    for (int index = 0; index < rows.size(); index++) {
      Row row = rows.get(index);
      boolean has = found.outcomes().containsKey(Place.of(row));
      boolean should = expected.hasOutcome(job.mode(), index, row.fate());
      // The forecast of a dry run has no records: its successes are only counted.
      boolean onlyCounted = found.dryRun() && !row.fate().fails();
      without += should && !has && !onlyCounted ? 1 : 0;
      unexpected += has && !should ? 1 : 0;
    }
    violations.expect(
        without == 0 && unexpected == 0,
        job.toString(),
        "every row that is reached to have its outcome, " + expected,
        without + " without, " + unexpected + " too many, " + found);
    if (found.dryRun() && expected.kept()) {
      violations.expect(
          found.succeeded() + found.failed() + found.skipped() == expected.reached(),
          job.toString(),
          expected.reached() + " rows forecast",
          found);
    }
  }

  private boolean lostDependency(LedgerJob job) {
    UUID after = job.after();
    return after != null
        && database.count(
                "SELECT count(*) FROM import_job WHERE id = ? AND status <> 'completed'", after)
            > 0;
  }

  /** Knowledge of what was accepted, for the report. */
  long countOf(Knowledge knowledge) {
    return ledger.uploads().values().stream()
        .filter(upload -> upload.knowledge() == knowledge)
        .count();
  }
}
