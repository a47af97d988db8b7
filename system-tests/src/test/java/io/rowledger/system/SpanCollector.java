package io.rowledger.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Takes spans over OTLP/HTTP, as a collector does, and keeps them. */
final class SpanCollector {

  /**
   * A span as it came.
   *
   * @param parent id of the span it is a child of, empty for none
   */
  record Seen(
      String service,
      String trace,
      String id,
      String parent,
      String name,
      Span.SpanKind kind,
      long begin,
      long end,
      Map<String, String> attributes) {}

  private final List<Seen> spans = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  private SpanCollector(HttpServer server) {
    this.server = server;
  }

  static SpanCollector start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      SpanCollector collector = new SpanCollector(server);
      server.createContext("/v1/traces", collector::take);
      server.start();
      return collector;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What makes a service trace everything and send it here. */
  String javaOptions() {
    return " -Dquarkus.otel.traces.sampler.arg=1.0 -Dquarkus.otel.bsp.schedule.delay=200ms"
        + " -Dquarkus.otel.exporter.otlp.protocol=http/protobuf"
        + " -Dquarkus.otel.exporter.otlp.endpoint=http://localhost:"
        + server.getAddress().getPort();
  }

  void stop() {
    server.stop(0);
  }

  List<Seen> spans() {
    return List.copyOf(spans);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      ExportTraceServiceRequest request =
          ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
      for (ResourceSpans resource : request.getResourceSpansList()) {
        String service = attributes(resource.getResource().getAttributesList()).get("service.name");
        for (ScopeSpans scope : resource.getScopeSpansList()) {
          scope.getSpansList().forEach(span -> spans.add(seen(service, span)));
        }
      }
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static Seen seen(String service, Span span) {
    return new Seen(
        service,
        HexFormat.of().formatHex(span.getTraceId().toByteArray()),
        HexFormat.of().formatHex(span.getSpanId().toByteArray()),
        HexFormat.of().formatHex(span.getParentSpanId().toByteArray()),
        span.getName(),
        span.getKind(),
        span.getStartTimeUnixNano(),
        span.getEndTimeUnixNano(),
        attributes(span.getAttributesList()));
  }

  private static Map<String, String> attributes(
      List<io.opentelemetry.proto.common.v1.KeyValue> pairs) {
    return pairs.stream()
        .collect(
            Collectors.toMap(
                pair -> pair.getKey(),
                pair ->
                    pair.getValue().hasStringValue()
                        ? pair.getValue().getStringValue()
                        : pair.getValue().hasIntValue()
                            ? Long.toString(pair.getValue().getIntValue())
                            : pair.getValue().toString().strip(),
                (first, second) -> first,
                TreeMap::new));
  }
}
