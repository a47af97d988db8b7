package io.rowledger.core.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.testing.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the server, and an exception, may tell of a row. */
class ServerLogTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  @Test
  void aServerThatKeepsRowsToItselfIsNoReasonToComplain() {
    assertThat(ServerLog.leaks(DATABASE.database())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "log_error_verbosity, default, true",
    "log_parameter_max_length_on_error, 100, true",
    "log_parameter_max_length, -1, false",
    "log_min_duration_statement, 0, false",
    "log_parameter_max_length -1; log_min_duration_statement, 0, true",
    "log_parameter_max_length -1; log_statement, mod, true",
    "log_parameter_max_length -1; log_statement, ddl, false",
  })
  void whatWouldQuoteARowIsNamed(String settings, String last, boolean complaint) {
    DATABASE
        .database()
        .run(
            tx -> {
              for (String setting : (settings + " " + last).split("; ", -1)) {
                String[] words = setting.split(" ", -1);
                tx.execute("SET LOCAL %s = '%s'".formatted(words[0], words[1]));
              }
              assertThat(tx.query(ServerLog.LEAKS, row -> row.getString(1)))
                  .hasSize(complaint ? 1 : 0);
            });
  }

  @Test
  void aFailureAboutDataHasNoneInItsMessageAndNoCause() {
    SqlFailure failure =
        new SqlFailure(new SQLException("Key (external_id)=(secret) already exists", "23505"));

    assertThat(failure)
        .hasMessageNotContaining("secret")
        .hasMessageContaining("23505")
        .hasNoCause();
  }

  @Test
  void anyOtherFailureSaysWhatItIs() {
    assertThat(new SqlFailure(new SQLException("terminated by somebody", "57P01")))
        .hasMessageContaining("terminated by somebody")
        .hasCauseInstanceOf(SQLException.class);
  }
}
