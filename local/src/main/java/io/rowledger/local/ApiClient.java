package io.rowledger.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** The public HTTP API, as any client would call it. */
final class ApiClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String url;
  private final String apiKey;

  ApiClient(String url, String apiKey) {
    this.url = url;
    this.apiKey = apiKey;
  }

  /** Says whether the service is ready; a refused connection is a no. */
  boolean isReady() throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + "/q/health/ready"))
              .timeout(Duration.ofSeconds(5))
              .build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
  }

  /** Uploads one file as multipart/form-data, form fields first. */
  JsonNode upload(String path, String fileName, byte[] file, Map<String, String> fields)
      throws IOException, InterruptedException {
    String boundary = "rowledger-" + UUID.randomUUID();
    return send(
        request(path)
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(multipart(boundary, fileName, file, fields)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + apiKey)
        .header("Accept", "application/json, application/problem+json");
  }

  private JsonNode send(HttpRequest.Builder builder) throws IOException, InterruptedException {
    HttpRequest request = builder.build();
    HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "%s %s answered %d: %s"
              .formatted(
                  request.method(),
                  request.uri().getPath(),
                  response.statusCode(),
                  new String(response.body(), StandardCharsets.UTF_8)));
    }
    return JSON.readTree(response.body());
  }

  private static BodyPublisher multipart(
      String boundary, String fileName, byte[] file, Map<String, String> fields)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream(file.length + 1024);
    for (Map.Entry<String, String> field : fields.entrySet()) {
      body.write(partHead(boundary, "name=\"" + field.getKey() + "\"\r\n"));
      body.write(field.getValue().getBytes(StandardCharsets.UTF_8));
      body.write(ascii("\r\n"));
    }
    body.write(
        partHead(
            boundary,
            "name=\"file\"; filename=\"" + fileName + "\"\r\nContent-Type: text/csv\r\n"));
    body.write(file);
    body.write(ascii("\r\n--" + boundary + "--\r\n"));
    return BodyPublishers.ofByteArray(body.toByteArray());
  }

  private static byte[] partHead(String boundary, String disposition) {
    return ascii("--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
