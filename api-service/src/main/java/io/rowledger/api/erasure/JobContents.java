package io.rowledger.api.erasure;

import io.rowledger.api.idempotency.Idempotency;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.job.ErasureRepository;
import io.rowledger.core.job.ErasureRepository.Due;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.row.RowRef;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * What PostgreSQL knows of the contents of a job's files, and how it is forgotten; the same whether
 * a caller asks for it or its time is over. The document of personal data has a line for each.
 */
@ApplicationScoped
public class JobContents {

  /** Failures of one transaction: some tens of milliseconds. */
  private static final int BATCH = 2_000;

  private static final RowRef START = new RowRef(0, 0);

  private final Database database;
  private final ErasureRepository jobs;
  private final RowResultRepository results;
  private final Outbox outbox;
  private final Idempotency idempotency;

  JobContents(
      Database database,
      ErasureRepository jobs,
      RowResultRepository results,
      Outbox outbox,
      Idempotency idempotency) {
    this.database = database;
    this.jobs = jobs;
    this.results = results;
    this.outbox = outbox;
    this.idempotency = idempotency;
  }

  /**
   * Forgets what a job that has ended, its events and its answers say of its files. Its failures
   * are to be erased after it, see {@link #eraseFailures}; if this process dies before, the timer
   * finds them.
   *
   * @param erasedBy key name, token subject, or {@link ErasureRepository#BY_RETENTION}
   */
  public void erase(Tx tx, Due job, String erasedBy) {
    jobs.eraseContents(tx, job.organization(), job.id(), erasedBy);
    idempotency.eraseContents(tx, job.organization(), job.id());
    outbox.eraseContents(tx, job.organization(), job.id());
  }

  /**
   * Takes the values out of the failures of a job, in transactions of its own. Begun twice, or left
   * in the middle, it does no harm.
   */
  public void eraseFailures(Due job) {
    Optional<RowRef> last = Optional.of(START);
    while (last.isPresent()) {
      RowRef after = last.get();
      last = database.transaction(job.organization(), tx -> eraseSome(tx, job, after));
    }
  }

  private Optional<RowRef> eraseSome(Tx tx, Due job, RowRef after) {
    if (!jobs.lock(tx, job)) {
      return Optional.empty();
    }
    Optional<RowRef> last = results.eraseCells(tx, job.organization(), job.id(), after, BATCH);
    if (last.isEmpty()) {
      jobs.failuresErased(tx, job.organization(), job.id());
    }
    return last;
  }
}
