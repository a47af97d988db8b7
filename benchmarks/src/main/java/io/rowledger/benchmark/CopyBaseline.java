package io.rowledger.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.PGConnection;

/** The ceiling: one connection, one text {@code COPY} of everything, same table, same indexes. */
final class CopyBaseline {

  private final Installation installation;

  CopyBaseline(Installation installation) {
    this.installation = installation;
  }

  Duration run(TransactionFile file) throws SQLException, IOException {
    installation.execute(
        "DROP TABLE IF EXISTS benchmark_copy",
        "CREATE TABLE benchmark_copy (LIKE transactions INCLUDING ALL)",
        "CHECKPOINT");
    try (Connection connection = installation.connect();
        InputStream rows = Files.newInputStream(file.copy())) {
      long start = System.nanoTime();
      long copied =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn(
                  "COPY benchmark_copy (" + TransactionFile.COPY_COLUMNS + ") FROM STDIN",
                  rows,
                  1 << 16);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      if (copied != file.rows()) {
        throw new IllegalStateException("COPY took " + copied + " rows");
      }
      return took;
    }
  }
}
