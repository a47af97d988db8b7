package io.rowledger.core.sql;

import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;

/** A statement or connection failed. Carries the SQLSTATE, which alone decides what is done. */
public class SqlFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Shutdown, start-up, read-only after a failover. 25P04 is left out: it is how our own
   * transaction time-out looks, and the work may be why; 57014 likewise.
   */
  private static final Set<String> UNAVAILABLE =
      Set.of("57P01", "57P02", "57P03", "25006", "55000");

  /** Connection, login, resources (disk full, too many connections), the server's system. */
  private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "28", "53", "58");

  private static final Set<String> TRY_AGAIN = Set.of("40P01", "40001", "55P03");

  private final String sqlState;

  public SqlFailure(SQLException cause) {
    super(message(cause), isAboutData(stateOf(cause)) ? null : cause);
    this.sqlState = stateOf(cause);
    if (isAboutData(sqlState)) {
      // Without its message, which quotes what it complains of; where it came from can be told.
      setStackTrace(cause.getStackTrace());
    }
  }

  /** Whoever logs a failure, and somebody always does, must not log a cell with it. */
  private static String message(SQLException cause) {
    String state = stateOf(cause);
    return isAboutData(state)
        ? "SQLSTATE %s%s; the server's log may say more".formatted(state, constraint(cause))
        : cause.toString();
  }

  /** Its name is ours and holds no data. */
  private static String constraint(SQLException cause) {
    return cause instanceof PSQLException server
            && server.getServerErrorMessage() != null
            && server.getServerErrorMessage().getConstraint() != null
        ? " (" + server.getServerErrorMessage().getConstraint() + ")"
        : "";
  }

  private static String stateOf(SQLException cause) {
    // A driver that cannot reach the server may give no state at all.
    return cause.getSQLState() == null ? "08000" : cause.getSQLState();
  }

  private static boolean isAboutData(String state) {
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
  }

  public String sqlState() {
    return sqlState;
  }

  /** Two rows with one key: {@code unique_violation}. */
  public boolean isUniqueViolation() {
    return sqlState.equals("23505");
  }

  /**
   * Something about the data itself: class 22 (data exception), 23 (constraint) or 54 (more than
   * PostgreSQL can hold, such as a key too long for its index or JSON nested too deeply).
   */
  public boolean isDataProblem() {
    return isAboutData(sqlState);
  }

  /** Deadlock, serialization or a lock that could not be had in time: the same work may succeed. */
  public boolean isWorthAnotherTry() {
    return TRY_AGAIN.contains(sqlState);
  }

  /** A lock could not be had in the time that {@code lock_timeout} gave. */
  public boolean isLockTimeout() {
    return sqlState.equals("55P03");
  }

  /**
   * The connection broke in the middle of the work: an outage, as a rule; but work that crashes its
   * backend looks the same.
   */
  public boolean isConnectionLost() {
    return sqlState.startsWith("08") || sqlState.equals("57P01") || sqlState.equals("57P02");
  }

  /** The server is away, going away or full; nothing is wrong with the work. */
  public boolean isUnavailable() {
    return UNAVAILABLE.contains(sqlState)
        || UNAVAILABLE_CLASSES.contains(sqlState.substring(0, Math.min(2, sqlState.length())));
  }
}
