package io.rowledger.system.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** A client that is used to answers that do not come. */
final class Caller {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(3))
          .build();

  /** What came of a request. */
  sealed interface Reply {

    /** Says whether it is an answer with this status. */
    default boolean is(int expected) {
      return this instanceof Answer answer && answer.status() == expected;
    }
  }

  /** The service answered. */
  record Answer(int status, HttpHeaders headers, JsonNode body) implements Reply {

    String code() {
      return body.at("/error/code").asText();
    }

    JsonNode job() {
      return body.path("job");
    }

    @Override
    public String toString() {
      return status + " " + body;
    }
  }

  /** The connection broke, or nothing came in time: anything may have happened. */
  record Silence(String why) implements Reply {}

  /** A request's body with its type. */
  static final class Body {
    private final String contentType;
    private final byte[] bytes;

    Body(String contentType, byte[] bytes) {
      this.contentType = contentType;
      this.bytes = bytes;
    }

    String contentType() {
      return contentType;
    }

    /** Not a copy: nobody changes it. */
    byte[] bytes() {
      return bytes;
    }

    static Body json(String text) {
      return new Body("application/json", text.getBytes(StandardCharsets.UTF_8));
    }
  }

  Reply get(String url, String key, Duration patience) {
    return send(request(url, key, patience).GET());
  }

  Reply post(String url, String key, Map<String, String> headers, Body body, Duration patience) {
    HttpRequest.Builder request =
        request(url, key, patience).header("Content-Type", body.contentType());
    headers.forEach(request::header);
    return send(request.POST(BodyPublishers.ofByteArray(body.bytes())));
  }

  private static HttpRequest.Builder request(String url, String key, Duration patience) {
    return HttpRequest.newBuilder(URI.create(url))
        .timeout(patience)
        .header("Authorization", "Bearer " + key);
  }

  private Reply send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response.headers(), json(response.body()));
    } catch (IOException e) {
      return new Silence(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Silence("interrupted");
    }
  }

  private static JsonNode json(byte[] body) throws IOException {
    try {
      JsonNode read = JSON.readTree(body);
      return read == null ? MissingNode.getInstance() : read;
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(new String(body, StandardCharsets.UTF_8));
    }
  }
}
