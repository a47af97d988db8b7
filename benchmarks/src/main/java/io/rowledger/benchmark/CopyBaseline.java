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

  private static final String TABLE = "benchmark_copy";

  private final Installation installation;

  CopyBaseline(Installation installation) {
    this.installation = installation;
  }

  /** Rows a second. */
  double rate(SampleFile file) throws SQLException, IOException {
    installation.execute(
        "DROP TABLE IF EXISTS " + TABLE,
        "CREATE TABLE " + TABLE + " (LIKE " + file.kind().table() + " INCLUDING ALL)",
        "CHECKPOINT");
    try (Connection connection = installation.connect();
        InputStream rows = Files.newInputStream(file.copy())) {
      long start = System.nanoTime();
      long copied =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn(
                  "COPY " + TABLE + " (" + file.kind().copyColumns() + ") FROM STDIN",
                  rows,
                  1 << 16);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      if (copied != file.rows()) {
        throw new IllegalStateException("COPY took " + copied + " rows");
      }
      return copied / ImportClient.seconds(took);
    }
  }
}
