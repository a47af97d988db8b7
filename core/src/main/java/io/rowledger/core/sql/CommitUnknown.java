package io.rowledger.core.sql;

import java.sql.SQLException;

/**
 * The connection broke inside COMMIT: the transaction may have happened or not. Look before you
 * act.
 */
public final class CommitUnknown extends SqlFailure {

  private static final long serialVersionUID = 1L;

  CommitUnknown(SQLException cause) {
    super(cause);
  }
}
