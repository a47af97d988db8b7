package io.rowledger.api.problem;

import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * The rim around JAX-RS: names every request, and gives the problem body to what the HTTP server
 * refuses before a resource is found. Health and metrics under {@code /q} keep their own bodies.
 */
@Singleton
class EdgeRoutes {

  /** Before everything else, the server's own size check included, which answers without body. */
  private static final int FIRST = Integer.MIN_VALUE + 2;

  private final ProblemJson json;
  private final SecurityHeaders security;
  private final long maxBodyBytes;

  EdgeRoutes(ProblemJson json, SecurityHeaders security, VertxHttpConfig http) {
    this.json = json;
    this.security = security;
    this.maxBodyBytes =
        http.limits().maxBodySize().map(size -> size.asLongValue()).orElse(Long.MAX_VALUE);
  }

  void add(@Observes Router router) {
    router.route().order(FIRST).handler(this::enter).failureHandler(this::fail);
    router.route().order(Integer.MAX_VALUE).handler(this::nothingHere);
  }

  private void enter(RoutingContext request) {
    String requestId = RequestId.of(request);
    MDC.put("requestId", requestId);
    HttpServerResponse response = request.response();
    response.putHeader(RequestId.HEADER, requestId);
    request.addHeadersEndHandler(
        written ->
            security
                .of(RequestId.instance(request), request.request().isSSL())
                .forEach(
                    (name, value) -> {
                      if (!response.headers().contains(name)) {
                        response.putHeader(name, value);
                      }
                    }));
    if (announcedBytes(request.request().getHeader(HttpHeaders.CONTENT_LENGTH)) > maxBodyBytes) {
      // The body is never read, so the connection cannot be used for another request.
      response.putHeader(HttpHeaders.CONNECTION, "close");
      response.endHandler(ended -> request.request().connection().close());
      answer(request, Refusal.ofStatus(413), null);
      return;
    }
    request.next();
  }

  private void fail(RoutingContext request) {
    Throwable thrown = request.failure();
    int status = request.statusCode();
    answer(
        request,
        thrown == null ? Refusal.ofStatus(status < 400 ? 500 : status) : Refusal.of(thrown),
        thrown);
  }

  private void nothingHere(RoutingContext request) {
    answer(request, Refusal.ofStatus(404), null);
  }

  private void answer(RoutingContext request, Refusal refusal, @Nullable Throwable because) {
    String instance = RequestId.instance(request);
    json.log(refusal, request.request().method().name(), instance, because);
    HttpServerResponse response = request.response();
    if (response.ended()) {
      return;
    }
    if (response.headWritten()) {
      // Half an answer is out: cutting the connection is the only honest way to end it.
      request.request().connection().close();
      return;
    }
    refusal.headers().forEach(response::putHeader);
    response
        .setStatusCode(refusal.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, ProblemJson.MEDIA_TYPE)
        .end(json.write(refusal, instance, RequestId.of(request)))
        .onFailure(gone -> request.request().connection().close());
  }

  /** A length that cannot be read is left to the HTTP server, which refuses it. */
  private static long announcedBytes(@Nullable String contentLength) {
    try {
      return contentLength == null ? 0 : Long.parseLong(contentLength);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
