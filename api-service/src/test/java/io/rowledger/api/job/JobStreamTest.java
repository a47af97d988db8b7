package io.rowledger.api.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class JobStreamTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Checking, because only then the table lets a test count without chunks. */
  private static final String RUNNING = "status = 'running', phase = 'validating'";

  private static final String CANCELLED =
      "status = 'cancelled', phase = 'done', completed_at = clock_timestamp()";

  /** As in the test configuration. */
  private static final int MAX_STREAMS = 4;

  @TestHTTPResource URI server;
  final Database database = Everything.database();
  @Inject JobWatch watch;
  @Inject JobStream streams;
  private final List<Client> clients = new ArrayList<>();
  private String key;
  private String jobId;

  @BeforeEach
  void aJob() {
    Tenant tenant = Tenant.create();
    key = tenant.fullKey();
    jobId = tenant.transactionJob();
    set("total_items = 1000");
    await().until(() -> streams.size() == 0 && watch.size() == 0);
  }

  @AfterEach
  void closeAll() {
    clients.forEach(Client::close);
  }

  @Test
  void aJobThatEndedIsOneEvent() {
    // Given
    set(CANCELLED);
    Response status = Tenant.as(key).get("/batch-import/jobs/" + jobId);

    // When
    Client client = follow();

    // Then
    client.ended.join();
    assertThat(client.lines.get(0)).isEqualTo("HTTP/1.1 200 OK");
    assertThat(client.lines)
        .anyMatch(line -> line.equalsIgnoreCase("Content-Type: text/event-stream"))
        .contains("event:job", "id:" + status.header("ETag").replace("\"", ""));
    assertThat(client.jobs()).containsExactly(read(status.asString()).get("job"));
  }

  @Test
  void everyChangeIsAnEventUntilTheEnd() {
    Client client = follow();
    await().until(() -> client.jobs().size() == 1);
    assertThat(client.jobs().get(0).get("status").textValue()).isEqualTo("queued");

    set(RUNNING);
    await().until(() -> client.jobs().size() == 2);
    set("succeeded = 7");
    await().until(() -> client.jobs().size() == 3);
    set(CANCELLED);
    client.ended.join();

    assertThat(client.jobs())
        .extracting(job -> job.get("status").textValue() + job.get("succeeded").intValue())
        .containsExactly("queued0", "running0", "running7", "cancelled7");
    await().until(() -> watch.size() == 0 && streams.size() == 0);
  }

  @Test
  void whatChangesFasterIsLeftOutAndTheLastIsNot() {
    // Given
    set(RUNNING);
    Client client = follow();
    await().until(() -> client.jobs().size() == 1);
    long from = System.nanoTime();

    // When
    for (int i = 1; i <= 500; i++) {
      set("succeeded = " + i);
    }
    set(CANCELLED);
    client.ended.join();

    // Then
    long quarters = (System.nanoTime() - from) / JobWatch.EVERY.toNanos();
    List<JsonNode> jobs = client.jobs();
    // The first event, the looks a whole quarter apart, and the one that was due at once.
    assertThat(jobs.size()).isLessThanOrEqualTo((int) quarters + 2);
    assertThat(jobs.get(jobs.size() - 1).get("succeeded").intValue()).isEqualTo(500);
  }

  @Test
  void aQuietStreamIsKeptAlive() {
    Client client = follow();

    await().until(() -> client.lines.stream().anyMatch(line -> line.startsWith(":")));
    assertThat(client.jobs()).hasSize(1);
    assertThat(client.ended).isNotDone();
  }

  @Test
  void whoGoesAwayIsForgotten() {
    Client client = follow();
    await().until(() -> watch.size() == 1);

    client.close();

    await().until(() -> watch.size() == 0 && streams.size() == 0);
  }

  @Test
  void thereAreOnlySoMany() {
    // Given
    for (int i = 0; i < MAX_STREAMS; i++) {
      follow();
    }
    await().until(() -> streams.size() == MAX_STREAMS);

    // When
    Response answer = Tenant.as(key).get("/batch-import/jobs/" + jobId + "/stream");

    // Then
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isNotNull();
    assertThat(answer.contentType()).startsWith("application/problem+json");
    assertThat(answer.<String>path("error.code")).isEqualTo("SERVICE_UNAVAILABLE");
  }

  @Test
  void whatIsNotThereIsAProblemAndNoStream() {
    for (String id : List.of(UUID.randomUUID().toString(), Tenant.create().transactionJob())) {
      Response answer =
          Tenant.as(key).accept("text/event-stream").get("/batch-import/jobs/" + id + "/stream");

      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.contentType()).startsWith("application/problem+json");
      assertThat(answer.<String>path("error.code")).isEqualTo("JOB_NOT_FOUND");
    }
  }

  private Client follow() {
    Client client = new Client("/batch-import/jobs/" + jobId + "/stream");
    clients.add(client);
    return client;
  }

  private void set(String assignments) {
    database.run(
        tx -> tx.update("UPDATE import_job SET " + assignments + " WHERE id = ?::uuid", jobId));
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads lines as they come; can go away in the middle, which HTTP clients do not do. */
  private final class Client {

    final List<String> lines = new CopyOnWriteArrayList<>();
    final CompletableFuture<Void> ended;
    private final Socket socket;

    Client(String path) {
      try {
        socket = new Socket(server.getHost(), server.getPort());
        String request =
            "GET %s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n";
        socket
            .getOutputStream()
            .write(request.formatted(path, key).getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      ended = CompletableFuture.runAsync(this::read, task -> new Thread(task).start());
    }

    private void read() {
      try (BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
        in.lines().forEach(lines::add);
      } catch (IOException | UncheckedIOException closed) {
        // That is how it ends.
      }
    }

    List<JsonNode> jobs() {
      return lines.stream()
          .filter(line -> line.startsWith("data:"))
          .map(line -> JobStreamTest.read(line.substring("data:".length())))
          .toList();
    }

    void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
