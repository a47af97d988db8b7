package io.rowledger.api.problem;

import io.quarkus.oidc.OIDCException;
import io.rowledger.core.chunk.ChunkLogUnavailableException;
import io.rowledger.core.sql.SqlFailure;
import jakarta.transaction.RollbackException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** Tells a dependency that is away from a fault of ours: the one is a 503, the other a 500. */
final class Outage {

  /** Causes can form a ring; no honest chain is this long. */
  private static final int DEEPEST = 20;

  private Outage() {}

  static boolean isBehind(Throwable thrown) {
    return isBehind(thrown, DEEPEST);
  }

  private static boolean isBehind(@Nullable Throwable thrown, int depth) {
    if (thrown == null || depth == 0) {
      return false;
    }
    if (isOutage(thrown) || isBehind(thrown.getCause(), depth - 1)) {
      return true;
    }
    // A connection that breaks inside of COMMIT is only told of in passing.
    return thrown instanceof RollbackException
        && Stream.of(thrown.getSuppressed()).anyMatch(one -> isBehind(one, depth - 1));
  }

  private static boolean isOutage(Throwable link) {
    if (link instanceof SqlFailure e) {
      return e.isUnavailable() || e.isWorthAnotherTry();
    }
    if (link instanceof SQLException e) {
      return isOutage(e.getSQLState());
    }
    return link instanceof ChunkLogUnavailableException
        || link instanceof RetriableException
        || link instanceof OIDCException
        || link instanceof ConnectException
        || link instanceof UnknownHostException;
  }

  /**
   * @param sqlState null when the exception is the pool's own, which means that no connection could
   *     be had in time
   */
  private static boolean isOutage(@Nullable String sqlState) {
    return sqlState == null
        || sqlState.startsWith("08") // connection
        || sqlState.startsWith("28") // our login is refused, as while roles are being moved
        || sqlState.startsWith("40") // deadlock, serialization: the same work may succeed
        || sqlState.startsWith("53") // the server is full
        || sqlState.startsWith("57") // shut down, starting, cancelled by a time-out
        || sqlState.startsWith("58") // its disk
        || sqlState.equals("55000") // the database does not take connections
        || sqlState.equals("55P03") // a lock could not be had in time
        || sqlState.equals("25P03") // we were silent for too long, as a frozen process is
        || sqlState.equals("25P04"); // transaction time-out
  }
}
