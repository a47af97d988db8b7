package io.rowledger.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Uploads a file and waits for its job to end, as any client would. */
final class ImportClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled", "interrupted");
  private static final String BOUNDARY = "rowledger-benchmark";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Installation installation;

  ImportClient(Installation installation) {
    this.installation = installation;
  }

  /**
   * One import.
   *
   * @param accepted from the first byte sent to the answer
   * @param whole from the first byte sent to the end of the job, by the database's clock
   * @param work from the first claim to the end of the job, by the database's clock
   */
  record Import(
      Duration accepted, Duration whole, Duration work, String status, long succeeded, long failed,
      long skipped) {}

  /** Sends the file and polls four times a second until its job ends. */
  Import run(Path file, String mode) throws IOException, InterruptedException {
    Instant sent = Instant.now();
    JsonNode accepted = upload(file, mode);
    Duration answered = Duration.between(sent, Instant.now());
    JsonNode job;
    do {
      job = get("/batch-import/jobs/" + accepted.get("jobId").asText(), 1).get("job");
    } while (!ENDS.contains(job.get("status").asText()));
    Instant completed = Instant.parse(job.get("completedAt").asText());
    return new Import(
        answered,
        Duration.between(sent, completed),
        Duration.between(Instant.parse(job.get("startedAt").asText()), completed),
        job.get("status").asText(),
        job.get("succeeded").asLong(),
        job.get("failed").asLong(),
        job.get("skipped").asLong());
  }

  /** From the upload's first byte to the answer that says completed, one row. */
  Duration small(Path file) throws IOException, InterruptedException {
    long sent = System.nanoTime();
    JsonNode accepted = upload(file, "continue_collect_errors");
    JsonNode job;
    do {
      job = get("/batch-import/jobs/" + accepted.get("jobId").asText(), 0).get("job");
    } while (!ENDS.contains(job.get("status").asText()));
    return Duration.ofNanos(System.nanoTime() - sent);
  }

  private JsonNode upload(Path file, String mode) throws IOException, InterruptedException {
    StringBuilder head = new StringBuilder();
    for (Map.Entry<String, String> field :
        Map.of("batchErrorHandling", mode, "validateExistingEntity", "false").entrySet()) {
      head.append("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"")
          .append(field.getKey())
          .append("\"\r\n\r\n")
          .append(field.getValue())
          .append("\r\n");
    }
    head.append("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"")
        .append(file.getFileName())
        .append("\"\r\nContent-Type: text/csv\r\n\r\n");
    HttpRequest request =
        request("/batch-import/import/transactions")
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(
                HttpRequest.BodyPublishers.ofInputStream(
                    () -> body(head.toString(), file, "\r\n--" + BOUNDARY + "--\r\n")))
            .build();
    return send(request, 202);
  }

  private static InputStream body(String head, Path file, String tail) {
    try {
      return new SequenceInputStream(
          Collections.enumeration(
              List.of(bytes(head), Files.newInputStream(file), bytes(tail))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  /** With a wait the service answers when the job changes, which keeps the poller off the CPU. */
  private JsonNode get(String path, int waitSeconds) throws IOException, InterruptedException {
    HttpRequest.Builder request = request(path).GET();
    if (waitSeconds > 0) {
      request.header("Prefer", "wait=" + waitSeconds);
    }
    return send(request.build(), 200);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(installation.url() + path))
        .header("Authorization", "Bearer " + installation.apiKey());
  }

  private JsonNode send(HttpRequest request, int expected)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != expected) {
      throw new IOException(
          request.uri() + ": " + new String(response.body(), StandardCharsets.UTF_8));
    }
    return JSON.readTree(response.body());
  }
}
