package io.rowledger.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link SpringBatchPeer} in a process of its own, timed without the start of its JVM. */
final class SpringBatchBaseline {

  private static final Pattern RESULT = Pattern.compile("MILLIS (\\d+) ROWS (\\d+)");

  private final Installation installation;

  SpringBatchBaseline(Installation installation) {
    this.installation = installation;
  }

  /** Rows a second. */
  double rate(SampleFile file) throws SQLException, IOException, InterruptedException {
    installation.execute(
        "DROP TABLE IF EXISTS benchmark_peer",
        "CREATE TABLE benchmark_peer (LIKE transactions INCLUDING ALL)",
        "CHECKPOINT");
    Process peer =
        new ProcessBuilder(
                Installation.java(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                SpringBatchPeer.class.getName(),
                installation.jdbc(),
                file.upload().toString(),
                "benchmark_peer")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(peer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher result = RESULT.matcher(output);
    if (peer.waitFor() != 0 || !result.find()) {
      throw new IllegalStateException("the peer failed: " + output);
    }
    return file.rows() * 1000.0 / Long.parseLong(result.group(1));
  }
}
