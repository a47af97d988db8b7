package io.rowledger.core.control;

import io.rowledger.core.event.JobEventType;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.ControlRepository;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobStatus;
import io.rowledger.core.job.JobTransitions;
import io.rowledger.core.job.JobTransitions.Command;
import io.rowledger.core.job.JobTransitions.State;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.TakeoverRepository;
import io.rowledger.core.sql.CommitUnknown;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Pause, resume and cancel. Each takes effect in its own transaction, worker or no worker: the
 * fence is raised, so that whoever was writing loses at its guard, and not one more row lands after
 * the answer.
 */
@ApplicationScoped
public class JobControl {

  private static final Logger LOG = Logger.getLogger(JobControl.class);

  /** What can be asked for. */
  public enum Action {
    PAUSE(Command.PAUSE, JobEventType.PAUSED),
    RESUME(Command.RESUME, JobEventType.RESUMED),
    CANCEL(Command.CANCEL, JobEventType.CANCELLED);

    private final Command command;
    private final JobEventType event;

    Action(Command command, JobEventType event) {
      this.command = command;
      this.event = event;
    }

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Action ofWireName(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    /** The job is already as this action would make it: asking twice is asking once. */
    private boolean isDone(JobStatus status) {
      return this == CANCEL ? status == JobStatus.CANCELLED : !status.terminal();
    }
  }

  /**
   * What came of it.
   *
   * @param job as it is now
   * @param possible false when the job has ended in another way
   */
  public record Outcome(JobView job, boolean possible) {}

  private final Database database;
  private final ControlRepository control;
  private final TakeoverRepository takeovers;
  private final Dependents dependents;
  private final Outbox outbox;
  private final OutboxRelay relay;
  private final ControlConfig config;

  /** Also for tests of the worker, whose own role may do nothing of this. */
  public JobControl(
      Database database,
      ControlRepository control,
      TakeoverRepository takeovers,
      Dependents dependents,
      Outbox outbox,
      OutboxRelay relay,
      ControlConfig config) {
    this.database = database;
    this.control = control;
    this.takeovers = takeovers;
    this.dependents = dependents;
    this.outbox = outbox;
    this.relay = relay;
    this.config = config;
  }

  /**
   * Does it.
   *
   * @param by key name or token subject
   * @return empty when the organisation has no such job
   * @throws SqlFailure when the job's row could not be had in time, or the database is away;
   *     nothing was changed, or the same call again finds it done
   */
  public Optional<Outcome> apply(OrgId organization, JobId jobId, Action action, String by) {
    for (int attempt = 1; ; attempt++) {
      try {
        Optional<Outcome> outcome =
            database.transaction(organization, tx -> apply(tx, organization, jobId, action, by));
        relay.wake();
        if (action == Action.CANCEL) {
          dependents.failThoseOfEndedJobs();
        }
        return outcome;
      } catch (SqlFailure failure) {
        // Asking twice is asking once: a COMMIT without an answer is simply asked again.
        boolean again = failure.isWorthAnotherTry() || failure instanceof CommitUnknown;
        if (!again || attempt >= config.tries()) {
          throw failure;
        }
        if (failure.isLockTimeout()) {
          endHolders(organization, jobId);
        }
      }
    }
  }

  private Optional<Outcome> apply(
      Tx tx, OrgId organization, JobId jobId, Action action, String by) {
    Optional<JobView> found = control.lock(tx, organization, jobId, config.lockTimeout());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    JobView job = found.get();
    if (JobTransitions.after(stateOf(job), action.command).isEmpty()) {
      return Optional.of(new Outcome(job, action.isDone(job.status())));
    }
    endBackends(tx, job);
    JobView moved = move(tx, job, action, by);
    outbox.add(tx, action.event, moved);
    return Optional.of(new Outcome(moved, true));
  }

  /**
   * In the transaction of the move: the row is locked, so these backends cannot have gone on to
   * another job, nor have the last word. Before the move, which forgets who they are.
   */
  private void endBackends(Tx tx, JobView job) {
    if (!job.leased()) {
      return;
    }
    try {
      tx.behindSavepoint(() -> takeovers.terminate(tx, job.organization(), job.id()));
    } catch (SqlFailure refused) {
      // The fence alone keeps rows out; but a frozen worker keeps the keys it wrote.
      LOG.warnf(
          "The backends of job %s cannot be ended (%s): may this role do that to the workers'?",
          job.id(), refused.sqlState());
    }
  }

  private JobView move(Tx tx, JobView job, Action action, String by) {
    Optional<JobView> moved =
        switch (action) {
          case PAUSE -> control.pause(tx, job.organization(), job.id());
          case RESUME -> control.resume(tx, job.organization(), job.id());
          case CANCEL -> control.cancel(tx, job.organization(), job.id(), by);
        };
    return moved.orElseThrow(
        () -> new IllegalStateException("a locked job moves as its state says"));
  }

  private static State stateOf(JobView job) {
    return new State(job.status(), job.leased(), job.pausedAt() != null);
  }

  /** A process that froze between its guard and COMMIT would keep the row, and us, for ever. */
  private void endHolders(OrgId organization, JobId jobId) {
    try {
      int ended =
          database.transaction(
              organization, tx -> takeovers.terminateHolders(tx, organization, jobId));
      LOG.warnf("Job %s was locked; %d backends that may hold it were ended", jobId, ended);
    } catch (SqlFailure refused) {
      LOG.warnf("Job %s is locked, by whom cannot be ended (%s)", jobId, refused.sqlState());
    }
  }
}
