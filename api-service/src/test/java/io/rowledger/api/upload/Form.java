package io.rowledger.api.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.restassured.RestAssured;
import io.restassured.builder.ResponseBuilder;
import io.restassured.http.Header;
import io.restassured.http.Headers;
import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A multipart body written byte by byte. A client library would put the parts in an order of its
 * own and could not write a broken one.
 */
final class Form {

  static final String BOUNDARY = "----a-boundary-of-this-test";
  static final String CONTENT_TYPE = "multipart/form-data; boundary=" + BOUNDARY;

  /**
   * HTTP/1.1, because the upgrade of a connection to HTTP/2 loses headers that begin with an I: the
   * server's library lower-cases them in the locale of the process, which is Turkish here.
   */
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, String> headers = new LinkedHashMap<>();

  static Form form() {
    return new Form();
  }

  Form field(String name, String value) {
    return part("name=\"" + name + "\"", null, value.getBytes(UTF_8));
  }

  /** A field that the client gave a content type, as some do with JSON. */
  Form typedField(String name, String contentType, String value) {
    return part("name=\"" + name + "\"", contentType, value.getBytes(UTF_8));
  }

  Form file(String fileName, String content) {
    return file(fileName, content.getBytes(UTF_8));
  }

  Form file(String fileName, byte[] content) {
    return filePart("file", fileName, "application/octet-stream", content);
  }

  Form filePart(String name, String fileName, String contentType, byte[] content) {
    return part("name=\"" + name + "\"; filename=\"" + fileName + "\"", contentType, content);
  }

  private Form part(String disposition, @Nullable String contentType, byte[] content) {
    write("--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n");
    if (contentType != null) {
      write("Content-Type: " + contentType + "\r\n");
    }
    write("\r\n");
    out.writeBytes(content);
    write("\r\n");
    return this;
  }

  private void write(String text) {
    out.writeBytes(text.getBytes(UTF_8));
  }

  byte[] bytes() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(out.toByteArray());
    whole.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(UTF_8));
    return whole.toByteArray();
  }

  /** The body as it is before its end is written. */
  byte[] bytesWithoutEnd() {
    return out.toByteArray();
  }

  Response post(String path, String key) {
    return post(path, key, CONTENT_TYPE, bytes(), headers);
  }

  /** A header of the request. */
  Form header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  Form idempotencyKey(String value) {
    return header("Idempotency-Key", value);
  }

  static Response json(String path, String key, String body, String... headers) {
    Map<String, String> all = new LinkedHashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    return post(path, key, "application/json", body.getBytes(UTF_8), all);
  }

  /** Sends any body; no Content-Type at all when it is null. */
  static Response post(String path, String key, @Nullable String contentType, byte[] body) {
    return post(path, key, contentType, body, Map.of());
  }

  private static Response post(
      String path,
      String key,
      @Nullable String contentType,
      byte[] body,
      Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + key)
            .POST(BodyPublishers.ofByteArray(body));
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    headers.forEach(request::header);
    try {
      return answer(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Response answer(HttpResponse<byte[]> answer) {
    List<Header> headers =
        answer.headers().map().entrySet().stream()
            .flatMap(
                entry ->
                    entry.getValue().stream()
                        .map(value -> new Header(entry.getKey().toLowerCase(Locale.ROOT), value)))
            .toList();
    return new ResponseBuilder()
        .setStatusCode(answer.statusCode())
        .setHeaders(new Headers(headers))
        .setContentType(answer.headers().firstValue("Content-Type").orElse(""))
        .setBody(answer.body())
        .build();
  }
}
