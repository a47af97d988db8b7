package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** The public HTTP API with one key, as any client would call it. */
final class Api {
  static final String TRANSACTIONS = "/batch-import/import/transactions";
  static final String ENTITIES = "/batch-import/import/entities";
  static final String USER_EVENTS = "/batch-import/import/user-events";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final HttpClient http;
  private final String url;
  private final String key;

  Api(String url, String key) {
    this(
        url,
        key,
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build());
  }

  /** With a client of the caller's, who trusts other certificates than the JDK does. */
  Api(String url, String key, HttpClient http) {
    this.url = url;
    this.key = key;
    this.http = http;
  }

  /** What the service answered. */
  record Answer(int status, HttpHeaders headers, JsonNode body) {}

  String key() {
    return key;
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  /** Answered when the job moves, or after half a minute. */
  Answer waitFor(String path) {
    return send(request(path).header("Prefer", "wait=30").GET());
  }

  Answer post(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  /** A download that is no JSON; expects 200. */
  String text(String path) {
    HttpResponse<byte[]> response = exchange(request(path).GET());
    String body = new String(response.body(), StandardCharsets.UTF_8);
    assertThat(response.statusCode()).as(body).isEqualTo(200);
    return body;
  }

  JsonNode job(String jobId) {
    Answer answer = get("/batch-import/jobs/" + jobId);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    return answer.body().path("job");
  }

  /** Uploads text as a file; expects 202 and returns the job's id. */
  String accepted(String route, String csv, Map<String, String> fields) {
    return idOf(upload(route, BodyPublishers.ofString(csv), fields));
  }

  /** Uploads a file without reading it into memory; expects 202 and returns the job's id. */
  String accepted(String route, Path file, Map<String, String> fields) {
    return idOf(upload(route, file(file), fields));
  }

  /** Uploads text as a file, whatever comes of it. */
  Answer upload(String route, String csv, Map<String, String> fields) {
    return upload(route, BodyPublishers.ofString(csv), fields);
  }

  /** Uploads text as a file under a key with which it may be sent again. */
  Answer upload(String route, String csv, String idempotencyKey) {
    return upload(
        route,
        "rows.csv",
        BodyPublishers.ofString(csv),
        Map.of(),
        Map.of("Idempotency-Key", idempotencyKey));
  }

  /** Uploads bytes as a file of that name, whatever comes of it. */
  Answer upload(String route, String fileName, byte[] bytes, Map<String, String> fields) {
    return upload(route, fileName, BodyPublishers.ofByteArray(bytes), fields, Map.of());
  }

  private static String idOf(Answer answer) {
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
    return answer.body().path("jobId").asText();
  }

  private static BodyPublisher file(Path file) {
    try {
      return BodyPublishers.ofFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer upload(String route, BodyPublisher file, Map<String, String> fields) {
    return upload(route, "rows.csv", file, fields, Map.of());
  }

  private Answer upload(
      String route,
      String fileName,
      BodyPublisher file,
      Map<String, String> fields,
      Map<String, String> headers) {
    String boundary = "rowledger-" + UUID.randomUUID();
    StringBuilder head = new StringBuilder();
    fields.forEach(
        (name, value) ->
            head.append(
                "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                    .formatted(boundary, name, value)));
    head.append(
        "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            .formatted(boundary, fileName));
    String tail = "\r\n--" + boundary + "--\r\n";
    BodyPublisher body =
        BodyPublishers.concat(
            BodyPublishers.ofString(head.toString()), file, BodyPublishers.ofString(tail));
    HttpRequest.Builder request =
        request(route).header("Content-Type", "multipart/form-data; boundary=" + boundary);
    headers.forEach(request::header);
    return send(request.POST(body));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + key);
  }

  private Answer send(HttpRequest.Builder request) {
    HttpResponse<byte[]> response = exchange(request);
    String body = new String(response.body(), StandardCharsets.UTF_8);
    try {
      return new Answer(
          response.statusCode(), response.headers(), JSON.readTree(body.isEmpty() ? "null" : body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<byte[]> exchange(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
