package io.rowledger.core.job;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The state machine of a job (docs/state-machine.md) as a function. The guarded updates of {@link
 * LeaseRepository} and {@link ControlRepository} do the same in SQL; a test holds the two against
 * each other.
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
    /** Its organisation takes it out of work. */
    PAUSE,
    RESUME,
    CANCEL,
    /** Given up after too many takeovers, or because the rows are gone. */
    INTERRUPT,
    /** The job it was to run after ended without being completed. */
    LOSE_DEPENDENCY,
    /** The time of its rows is over, and nobody works on it. */
    EXPIRE
  }

  /**
   * What decides.
   *
   * @param leased a worker holds the lease; only {@link JobStatus#RUNNING} jobs can be
   * @param paused only open jobs that are not leased can be
   */
  public record State(JobStatus status, boolean leased, boolean paused) {

    /** A job that is not paused. */
    public State(JobStatus status, boolean leased) {
      this(status, leased, false);
    }
  }

  private static final Set<Command> ENDS =
      EnumSet.of(
          Command.COMPLETE,
          Command.FAIL,
          Command.CANCEL,
          Command.INTERRUPT,
          Command.LOSE_DEPENDENCY,
          Command.EXPIRE);

  private JobTransitions() {}

  /** The state after a command; empty when the command is not possible, and nothing changes. */
  public static Optional<State> after(State state, Command command) {
    if (state.status().terminal()) {
      return Optional.empty();
    }
    return switch (command) {
      case CLAIM -> when(!state.leased() && !state.paused(), new State(JobStatus.RUNNING, true));
      case RELEASE -> when(state.leased(), new State(JobStatus.RUNNING, false));
      case ADVANCE -> when(state.leased(), state);
      case COMPLETE -> when(state.leased(), new State(JobStatus.COMPLETED, false));
      case FAIL -> when(state.leased(), new State(JobStatus.FAILED, false));
      case PAUSE -> when(!state.paused(), new State(state.status(), false, true));
      case RESUME -> when(state.paused(), new State(state.status(), false, false));
      case CANCEL -> Optional.of(new State(JobStatus.CANCELLED, false));
      case INTERRUPT ->
          when(state.status() == JobStatus.RUNNING, new State(JobStatus.INTERRUPTED, false));
      case LOSE_DEPENDENCY ->
          when(state.status() == JobStatus.QUEUED, new State(JobStatus.FAILED, false));
      case EXPIRE -> when(!state.leased(), new State(JobStatus.INTERRUPTED, false));
    };
  }

  /** True for the commands that end a job. */
  public static boolean ends(Command command) {
    return ENDS.contains(command);
  }

  private static Optional<State> when(boolean possible, State then) {
    return possible ? Optional.of(then) : Optional.empty();
  }
}
