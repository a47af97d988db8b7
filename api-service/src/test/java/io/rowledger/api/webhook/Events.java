package io.rowledger.api.webhook;

import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.event.JobEventType;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Lets things happen to jobs, as a worker would, and looks into the tables. */
@ApplicationScoped
public class Events {

  private final Database database;
  private final JobRepository jobs;
  private final Outbox outbox;
  private final OutboxRelay relay;

  Events(JobRepository jobs, Outbox outbox, OutboxRelay relay) {
    this.database = Everything.database();
    this.jobs = jobs;
    this.outbox = outbox;
    this.relay = relay;
  }

  /** Commits an event about the job as it is; returns its {@code ce_id}. */
  public String happened(JobEventType type, Tenant tenant, String jobId) {
    String id = database.transaction(tx -> add(tx, type, tenant, jobId));
    relay.wake();
    return id;
  }

  /** Adds an event in a transaction that is rolled back. */
  void nearlyHappened(JobEventType type, Tenant tenant, String jobId) {
    try {
      database.run(
          tx -> {
            add(tx, type, tenant, jobId);
            throw new Undo();
          });
    } catch (Undo undone) {
      relay.wake();
    }
  }

  public void update(String sql, Object... parameters) {
    database.run(tx -> tx.update(sql, parameters));
  }

  /** The one text that a query yields. */
  public String text(String sql, Object... parameters) {
    return database
        .transaction(tx -> tx.queryOne(sql, row -> row.getString(1), parameters))
        .orElseThrow();
  }

  private String add(Tx tx, JobEventType type, Tenant tenant, String jobId) {
    UUID job = UUID.fromString(jobId);
    JobView view =
        jobs.find(tx, new OrgId(UUID.fromString(tenant.id())), new JobId(job)).orElseThrow();
    outbox.add(tx, type, view);
    // Inside the transaction: once it is committed, the relay may delete the row at once.
    return tx.queryOne(
            "SELECT event_id FROM outbox WHERE job_id = ? ORDER BY id DESC LIMIT 1",
            row -> row.getString(1),
            job)
        .orElseThrow();
  }

  private static final class Undo extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
