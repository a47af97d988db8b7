package io.rowledger.api.security;

import io.quarkus.test.junit.callback.QuarkusTestBeforeClassCallback;
import io.restassured.RestAssured;
import io.restassured.builder.ResponseBuilder;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.http.Header;
import io.restassured.http.Headers;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/**
 * Sends REST Assured's requests with the JDK's client. Tests run in Turkish, where REST Assured
 * lower-cases its own word FAILURE into one that it does not know, and then throws on every GET
 * that is not a success. POST goes another way there and is left alone, as are its multipart
 * bodies.
 */
public final class TurkishRestAssured implements QuarkusTestBeforeClassCallback, Filter {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @Override
  public void beforeClass(Class<?> testClass) {
    RestAssured.replaceFiltersWith(this);
  }

  @Override
  public Response filter(
      FilterableRequestSpecification request,
      FilterableResponseSpecification expected,
      FilterContext context) {
    if (request.getMethod().equals("POST")) {
      return context.next(request, expected);
    }
    HttpRequest.Builder outgoing =
        HttpRequest.newBuilder(URI.create(request.getURI()))
            .method(
                request.getMethod(),
                request.getBody() == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(request.<String>getBody()));
    for (Header header : request.getHeaders()) {
      if (!header.getName().equalsIgnoreCase("Content-Length")) {
        outgoing.header(header.getName(), header.getValue());
      }
    }
    return answer(outgoing.build());
  }

  private static Response answer(HttpRequest request) {
    try {
      HttpResponse<byte[]> answer = CLIENT.send(request, BodyHandlers.ofByteArray());
      List<Header> headers =
          answer.headers().map().entrySet().stream()
              .flatMap(
                  entry ->
                      entry.getValue().stream().map(value -> new Header(entry.getKey(), value)))
              .toList();
      return new ResponseBuilder()
          .setStatusCode(answer.statusCode())
          .setHeaders(new Headers(headers))
          .setContentType(answer.headers().firstValue("Content-Type").orElse(""))
          .setBody(answer.body())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
