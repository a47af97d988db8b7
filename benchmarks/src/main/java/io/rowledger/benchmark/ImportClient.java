package io.rowledger.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Uploads files and waits for their jobs to end, as any client of one organisation would. */
final class ImportClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled", "interrupted");
  private static final String BOUNDARY = "rowledger-benchmark";

  /** Pause of a client that wants to know at once: short beside what a job takes. */
  private static final Duration EAGER = Duration.ofMillis(1);

  private final URI service;
  private final String apiKey;

  ImportClient(URI service, String apiKey) {
    this.service = service;
    this.apiKey = apiKey;
  }

  /**
   * One import.
   *
   * @param accepted from the first byte sent to the answer
   * @param whole from the first byte sent to the end of the job, by the database's clock
   * @param work from the first claim to the end of the job, by the database's clock
   */
  record Import(String jobId, int rows, Duration accepted, Duration whole, Duration work) {

    double wholeRate() {
      return rate(whole);
    }

    double workRate() {
      return rate(work);
    }

    private double rate(Duration took) {
      return rows / seconds(took);
    }
  }

  static double seconds(Duration took) {
    return took.toNanos() / 1e9;
  }

  HttpConnection open() throws IOException {
    return new HttpConnection(service, apiKey);
  }

  URI service() {
    return service;
  }

  String apiKey() {
    return apiKey;
  }

  /**
   * Sends the file and waits for the end of its job.
   *
   * @throws IllegalStateException when the job does not complete, or not with every row
   */
  Import run(SampleFile file, Mode mode) throws IOException {
    Instant sent = Instant.now();
    long started = System.nanoTime();
    String jobId = upload(file, mode);
    Duration accepted = Duration.ofNanos(System.nanoTime() - started);
    JsonNode job = end(jobId);
    Instant completed = Instant.parse(job.path("completedAt").asText());
    Report.say(
        "   %s: %d succeeded, %d failed, %d skipped",
        file.upload().getFileName(),
        job.path("succeeded").asInt(),
        job.path("failed").asInt(),
        job.path("skipped").asInt());
    return new Import(
        jobId,
        file.rows(),
        accepted,
        Duration.between(sent, completed),
        Duration.between(Instant.parse(job.path("startedAt").asText()), completed));
  }

  /** Sends the file; returns the id of its job with the 202. */
  String upload(SampleFile file, Mode mode) throws IOException {
    try (HttpConnection connection = open()) {
      return upload(connection, file, mode);
    }
  }

  /** Waits. The service answers when the job changes, which keeps this client off the processor. */
  JsonNode end(String jobId) throws IOException {
    try (HttpConnection connection = open()) {
      while (true) {
        JsonNode job = job(connection, jobId, "Prefer: wait=5");
        if (ENDS.contains(job.path("status").asText())) {
          return completed(job);
        }
      }
    }
  }

  JsonNode job(String jobId) throws IOException {
    try (HttpConnection connection = open()) {
      return job(connection, jobId);
    }
  }

  /** From the upload's first byte to the answer that says completed. */
  Duration untilSeen(HttpConnection connection, SampleFile file) throws IOException {
    long sent = System.nanoTime();
    String jobId = upload(connection, file, Mode.CONTINUE_COLLECT_ERRORS);
    while (true) {
      JsonNode job = job(connection, jobId);
      if (ENDS.contains(job.path("status").asText())) {
        Duration took = Duration.ofNanos(System.nanoTime() - sent);
        completed(job);
        return took;
      }
      LockSupport.parkNanos(EAGER.toNanos());
    }
  }

  /** {@code pause} or {@code resume}. */
  JsonNode control(String jobId, String action) throws IOException {
    try (HttpConnection connection = open()) {
      return expect(
              200,
              connection.post(
                  "/batch-import/jobs/" + jobId + "/control", "{\"action\": \"" + action + "\"}"))
          .path("job");
    }
  }

  private static String upload(HttpConnection connection, SampleFile file, Mode mode)
      throws IOException {
    StringBuilder before = new StringBuilder();
    file.kind()
        .fields(mode)
        .forEach(
            (name, value) ->
                before
                    .append("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"")
                    .append(name)
                    .append("\"\r\n\r\n")
                    .append(value)
                    .append("\r\n"));
    before
        .append("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"")
        .append(file.upload().getFileName())
        .append("\"\r\nContent-Type: text/csv\r\n\r\n");
    HttpConnection.Answer answer =
        connection.post(
            file.kind().route(),
            "multipart/form-data; boundary=" + BOUNDARY,
            before.toString().getBytes(StandardCharsets.UTF_8),
            file.upload(),
            ("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return expect(202, answer).path("jobId").asText();
  }

  private static JsonNode job(HttpConnection connection, String jobId, String... headers)
      throws IOException {
    return expect(200, connection.get("/batch-import/jobs/" + jobId, headers)).path("job");
  }

  private static JsonNode completed(JsonNode job) {
    if (!job.path("status").asText().equals("completed") || job.path("unprocessed").asInt() != 0) {
      throw new IllegalStateException("the job did not complete: " + job);
    }
    return job;
  }

  /** The body of an answer that has this status. */
  static JsonNode expect(int status, HttpConnection.Answer answer) throws IOException {
    if (answer.status() != status) {
      throw new IOException(answer.status() + ": " + answer.body());
    }
    return JSON.readTree(answer.body());
  }
}
