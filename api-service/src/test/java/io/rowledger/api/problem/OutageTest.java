package io.rowledger.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.transaction.RollbackException;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Test;

class OutageTest {

  @Test
  void aConnectionThatBreaksInsideOfCommitIsAnOutage() {
    // Given what the transaction manager throws then
    XAException told = new XAException("Error trying to transactionCommit local transaction");
    told.initCause(new SQLException("An I/O error occurred while sending to the backend", "08006"));
    RollbackException thrown = new RollbackException("Could not commit transaction");
    thrown.addSuppressed(told);

    // Then
    assertThat(Outage.isBehind(new IllegalStateException(thrown))).isTrue();
  }

  @Test
  void aFaultOfOursStaysOneWhenTheConnectionBreaksAfterwards() {
    // Given
    IllegalStateException bug = new IllegalStateException("a bug");
    bug.addSuppressed(new SQLException("while rolling back", "08006"));

    // Then
    assertThat(Outage.isBehind(bug)).isFalse();
  }

  @Test
  void aRefusedCommitIsNoOutage() {
    // Given
    XAException told = new XAException("Error trying to transactionCommit local transaction");
    told.initCause(new SQLException("duplicate key", "23505"));
    RollbackException thrown = new RollbackException("Could not commit transaction");
    thrown.addSuppressed(told);

    // Then
    assertThat(Outage.isBehind(thrown)).isFalse();
  }

  @Test
  void causesInARingComeToAnEnd() {
    // Given
    Exception first = new Exception("first");
    Exception second = new Exception("second", first);
    first.initCause(second);

    // Then
    assertThat(Outage.isBehind(first)).isFalse();
  }
}
