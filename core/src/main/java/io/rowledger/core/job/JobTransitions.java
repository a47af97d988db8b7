package io.rowledger.core.job;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The state machine of a job (docs/state-machine.md) as a function. The guarded updates of {@link
 * LeaseRepository} do the same in SQL; a test holds the two against each other.
 */
public final class JobTransitions {

  /** Something that happens to a job. */
  public enum Command {
    /** A worker takes the lease. */
    CLAIM,
    /** A worker gives the lease back in order, or a sweeper takes an expired one away. */
    RELEASE,
    /** A chunk is committed. */
    ADVANCE,
    COMPLETE,
    FAIL,
    CANCEL,
    /** Given up after too many takeovers, or because the rows are gone. */
    INTERRUPT
  }

  /**
   * What decides.
   *
   * @param leased a worker holds the lease; only {@link JobStatus#RUNNING} jobs can be
   */
  public record State(JobStatus status, boolean leased) {}

  private static final Set<Command> ENDS =
      EnumSet.of(Command.COMPLETE, Command.FAIL, Command.CANCEL, Command.INTERRUPT);

  private JobTransitions() {}

  /** The state after a command; empty when the command is not possible, and nothing changes. */
  public static Optional<State> after(State state, Command command) {
    if (state.status().terminal()) {
      return Optional.empty();
    }
    return switch (command) {
      case CLAIM ->
          state.leased() ? Optional.empty() : Optional.of(new State(JobStatus.RUNNING, true));
      case RELEASE ->
          state.leased() ? Optional.of(new State(JobStatus.RUNNING, false)) : Optional.empty();
      case ADVANCE -> state.leased() ? Optional.of(state) : Optional.empty();
      case COMPLETE -> onlyBy(state, JobStatus.COMPLETED);
      case FAIL -> onlyBy(state, JobStatus.FAILED);
      case CANCEL -> Optional.of(new State(JobStatus.CANCELLED, false));
      case INTERRUPT ->
          state.status() == JobStatus.RUNNING
              ? Optional.of(new State(JobStatus.INTERRUPTED, false))
              : Optional.empty();
    };
  }

  /** True for the commands that end a job. */
  public static boolean ends(Command command) {
    return ENDS.contains(command);
  }

  private static Optional<State> onlyBy(State holder, JobStatus end) {
    return holder.leased() ? Optional.of(new State(end, false)) : Optional.empty();
  }
}
