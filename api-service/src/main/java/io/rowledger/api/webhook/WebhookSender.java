package io.rowledger.api.webhook;

import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request. The JDK's client looks names up by itself; that of Vert.x connects to the
 * address it is given and still checks the certificate against the name.
 */
@ApplicationScoped
class WebhookSender {

  /** What is read of an answer, so that a receiver can finish it; more is cut off. */
  private static final int MOST_BODY_BYTES = 1024;

  private final HttpClient client;
  private final Duration timeout;

  @Inject
  WebhookSender(Vertx vertx, WebhooksConfig config) {
    this(vertx, config, new HttpClientOptions());
  }

  /**
   * With options of its own.
   *
   * @param options whom to trust; everything else is set here
   */
  WebhookSender(Vertx vertx, WebhooksConfig config, HttpClientOptions options) {
    this.timeout = config.timeout();
    this.client =
        vertx.createHttpClient(
            options
                .setVerifyHost(true)
                .setKeepAlive(false)
                .setMaxPoolSize(config.concurrency())
                .setConnectTimeout(Math.toIntExact(timeout.toMillis())));
  }

  void stop(@Observes ShutdownEvent event) {
    client.close();
  }

  /** Posts {@code body}; returns within the time-out whatever happens. */
  Attempt post(Targets.Resolved target, Map<String, String> headers, byte[] body) {
    TargetUrl url = target.url();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(
                SocketAddress.inetSocketAddress(url.port(), target.address().getHostAddress()))
            .setHost(url.host())
            .setPort(url.port())
            .setSsl(url.tls())
            .setURI(url.requestTarget())
            .setFollowRedirects(false);
    Exchange exchange = new Exchange();
    long begin = System.nanoTime();
    client
        .request(options)
        .compose(request -> exchange.send(request, headers, body))
        .onSuccess(exchange.status::complete)
        .onFailure(exchange.status::completeExceptionally);
    try {
      int answer = exchange.status.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return Attempt.answered(answer, millisSince(begin));
    } catch (ExecutionException e) {
      return Attempt.failed(errorOf(e.getCause()), millisSince(begin));
    } catch (TimeoutException e) {
      int answer = exchange.giveUp();
      return answer > 0
          ? Attempt.answered(answer, millisSince(begin))
          : Attempt.failed(DeliveryError.TIMEOUT, millisSince(begin));
    } catch (InterruptedException e) {
      exchange.giveUp();
      Thread.currentThread().interrupt();
      return Attempt.failed(DeliveryError.CONNECTION, millisSince(begin));
    }
  }

  /** A request and its answer, as far as they have come. */
  private static final class Exchange {

    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private @Nullable HttpClientRequest request;
    private int answered;
    private boolean over;

    private synchronized Future<Integer> send(
        HttpClientRequest connected, Map<String, String> headers, byte[] body) {
      if (over) {
        connected.reset();
        return Future.failedFuture(new TimeoutException());
      }
      request = connected;
      headers.forEach(connected::putHeader);
      return connected.send(Buffer.buffer(body)).compose(this::drain);
    }

    /** The status counts; what follows is read only so far that the receiver is not cut off. */
    private synchronized Future<Integer> drain(HttpClientResponse response) {
      answered = response.statusCode();
      Promise<Integer> read = Promise.promise();
      AtomicInteger bytes = new AtomicInteger();
      response.handler(
          part -> {
            if (bytes.addAndGet(part.length()) > MOST_BODY_BYTES) {
              response.request().reset();
              read.tryComplete(response.statusCode());
            }
          });
      response.exceptionHandler(broken -> read.tryComplete(response.statusCode()));
      response.endHandler(end -> read.tryComplete(response.statusCode()));
      return read.future();
    }

    /** Ends it wherever it is; returns the status when one came, else 0. */
    private synchronized int giveUp() {
      over = true;
      if (request != null) {
        request.reset();
      }
      return answered;
    }
  }

  private static int millisSince(long begin) {
    return (int) Duration.ofNanos(System.nanoTime() - begin).toMillis();
  }

  private static DeliveryError errorOf(Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof SSLException) {
        return DeliveryError.TLS;
      }
      if (t instanceof TimeoutException) {
        return DeliveryError.TIMEOUT;
      }
    }
    return DeliveryError.CONNECTION;
  }
}
