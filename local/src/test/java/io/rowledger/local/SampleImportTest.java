package io.rowledger.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleImportTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path copies;

  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger polls = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void sendsEveryFileAndTheMappingAndFollowsTheJobsToTheirEnd() throws Exception {
    // Given
    ApiClient api = new ApiClient("http://127.0.0.1:" + server.getAddress().getPort(), "a-key");

    // When
    SampleImport.Result result = new SampleImport(api, copies).run();

    // Then
    assertThat(result.allCompleted()).isTrue();
    assertThat(result.mappingFile()).isNotEmptyFile();
    assertThat(requests)
        .containsSubsequence(
            "POST /batch-import/import/entities",
            "GET /batch-import/entity-jobs/job-1/failures",
            "POST /batch-import/import/user-events",
            "GET /batch-import/user-event-jobs/job-1/failures",
            "POST /batch-import/import/transactions with a mapping",
            "GET /batch-import/transaction-jobs/job-1/failures");
    assertThat(copies.resolve("transactions.csv")).isNotEmptyFile();
  }

  @Test
  void sumsUpEveryRow() throws Exception {
    assertThat(SampleImport.summary("a.csv", job("completed")))
        .isEqualTo("a.csv: 10 rows = 6 imported + 1 skipped + 2 refused + 1 not processed");
  }

  @Test
  void drawsABarOverTheSettledRows() throws Exception {
    assertThat(JobWatch.bar(job("running")))
        .isEqualTo("  [###########################...] 9/10  running");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer a-key");
      requests.add(
          exchange.getRequestMethod()
              + " "
              + path
              + (body.contains("name=\"columnMapping\"\r\n\r\n{") ? " with a mapping" : ""));
      byte[] answer = JSON.writeValueAsBytes(answerTo(path));
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private JsonNode answerTo(String path) throws IOException {
    if (path.startsWith("/batch-import/import/")) {
      return JSON.readTree("{\"jobId\":\"job-1\"}");
    }
    if (path.equals("/batch-import/jobs/job-1")) {
      ObjectNode answer = JSON.createObjectNode();
      answer.set("job", job(polls.incrementAndGet() % 2 == 1 ? "running" : "completed"));
      return answer;
    }
    return JSON.readTree("{\"failures\":[{\"rowNumber\":3,\"code\":\"X\",\"message\":\"m\"}]}");
  }

  private static JsonNode job(String status) throws IOException {
    ObjectNode job =
        (ObjectNode)
            JSON.readTree(
                "{\"jobId\":\"job-1\",\"totalItems\":10,\"succeeded\":6,\"skipped\":1,\"failed\":2,\"unprocessed\":1}");
    return job.put("status", status);
  }
}
