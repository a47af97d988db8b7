package io.rowledger.core.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.rowledger.core.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The SQL that manuals give to operators is SQL of these tables. */
class OperatorSqlTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static final Pattern BLOCK = Pattern.compile("(?s)```sql\n(.*?)```");

  /** Asks an extension that not every server has. */
  private static final String EXTENSION = "pg_stat_statements";

  @Test
  void everyStatementOfTheManualsCanBeRun() throws SQLException {
    List<String> statements =
        Stream.of("backup", "runbook", "scaling", "secrets", "sizing")
            .flatMap(OperatorSqlTest::statementsOf)
            .toList();

    assertThat(statements).hasSizeGreaterThan(20);
    try (Connection connection = DATABASE.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : statements) {
        assertThatCode(() -> statement.execute(sql)).as(sql).doesNotThrowAnyException();
        connection.rollback();
      }
    }
  }

  private static Stream<String> statementsOf(String page) {
    return BLOCK
        .matcher(read(page))
        .results()
        .flatMap(block -> Stream.of(block.group(1).replaceAll("--.*", "").split(";", -1)))
        .map(String::strip)
        .filter(sql -> !sql.isEmpty() && !sql.contains(EXTENSION))
        .map(sql -> sql.replace("'…'", "'00000000-0000-4000-8000-000000000000'"));
  }

  private static String read(String page) {
    try {
      return Files.readString(Path.of("../docs", page + ".md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
