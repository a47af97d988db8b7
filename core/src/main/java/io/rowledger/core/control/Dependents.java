package io.rowledger.core.control;

import io.rowledger.core.event.JobEventType;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.ControlRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Fails jobs whose dependency ended without being completed.
 *
 * <p>There is one way, whoever ended the dependency and however: a look at what is committed. Every
 * worker looks with its sweep, so nothing is missed, be it an end whose process died right after
 * it, or a job that was submitted while its dependency was ending. Whoever ends a job looks at once
 * as well, which only makes it quicker.
 */
@ApplicationScoped
public class Dependents {

  private static final Logger LOG = Logger.getLogger(Dependents.class);
  private static final int BATCH = 50;

  private final Database database;
  private final ControlRepository control;
  private final Outbox outbox;
  private final OutboxRelay relay;

  Dependents(Database database, ControlRepository control, Outbox outbox, OutboxRelay relay) {
    this.database = database;
    this.control = control;
    this.outbox = outbox;
    this.relay = relay;
  }

  /** Looks until nothing is left, because each job that fails may fail others. Never throws. */
  public void failThoseOfEndedJobs() {
    try {
      while (database.acrossOrganizations(this::failSome) > 0) {
        relay.wake();
      }
    } catch (SqlFailure away) {
      LOG.debugf("Dependent jobs are looked at later: %s", away.sqlState());
    }
  }

  private int failSome(Tx tx) {
    List<JobView> failed = control.failDependents(tx, BATCH);
    failed.forEach(job -> outbox.add(tx, JobEventType.FAILED, job));
    return failed.size();
  }
}
