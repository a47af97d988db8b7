package io.rowledger.core.event;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.rowledger.core.event.Outbox.Pending;
import io.rowledger.core.trace.Traceparent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Events as records of Kafka, and what became of each. Used by one thread. */
final class EventSender {

  /** What became of an event that was given to Kafka. */
  sealed interface Fate {}

  /** Every in-sync replica has it. */
  record Acknowledged() implements Fate {}

  /** Kafka will not take it, however often it is sent. */
  record Refused(Throwable reason) implements Fate {}

  /** Kafka may have it, or not. */
  record Unknown(Throwable reason) implements Fate {}

  private final EventsConfig config;
  private final Map<String, Object> kafka;
  private final MeterRegistry registry;
  private final Tracer tracer;
  private @Nullable Producer<String, byte[]> producer;
  private @Nullable KafkaClientMetrics producerMeters;

  EventSender(
      EventsConfig config, Map<String, Object> kafka, MeterRegistry registry, Tracer tracer) {
    this.config = config;
    this.kafka = kafka;
    this.registry = registry;
    this.tracer = tracer;
  }

  /**
   * Sends events and waits until the fate of each is known. An interruption makes the rest unknown.
   *
   * @return the fates of the first events, in their order: fewer than there are events when sending
   *     was given up
   */
  List<Fate> send(List<Pending> events) {
    List<Future<?>> sent = new ArrayList<>();
    List<Span> spans = new ArrayList<>();
    for (Pending event : events) {
      Span span = begin(event);
      spans.add(span);
      Future<?> future = send(event, span);
      sent.add(future);
      if (future.isDone() && fate(future) instanceof Unknown) {
        // A broker that was never reached blocks each send for the whole time-out: once is enough,
        // two hundred times would hold the caller's transaction for an hour.
        break;
      }
    }
    List<Fate> fates = new ArrayList<>();
    for (int i = 0; i < sent.size(); i++) {
      Fate fate = fate(sent.get(i));
      fates.add(fate);
      end(spans.get(i), fate);
    }
    if (fates.stream().anyMatch(EventSender::broken)) {
      close();
    }
    return fates;
  }

  /** One that ends nowhere when what caused the event was not traced. */
  private Span begin(Pending event) {
    if (event.traceparent() == null) {
      return Span.getInvalid();
    }
    return tracer
        .spanBuilder(config.topic() + " send")
        .setSpanKind(SpanKind.PRODUCER)
        .setParent(Traceparent.parent(event.traceparent()))
        .setAttribute("messaging.system", "kafka")
        .setAttribute("messaging.destination.name", config.topic())
        .setAttribute("rowledger.event.type", event.eventType())
        .setAttribute("rowledger.job.id", event.jobId().toString())
        .startSpan();
  }

  private static void end(Span span, Fate fate) {
    if (!(fate instanceof Acknowledged)) {
      span.setStatus(StatusCode.ERROR, fate.getClass().getSimpleName());
    }
    span.end();
  }

  private Future<?> send(Pending event, Span span) {
    try {
      return producer().send(record(event, span));
    } catch (KafkaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Fate fate(Future<?> future) {
    try {
      future.get();
      return new Acknowledged();
    } catch (ExecutionException e) {
      return refusedForContent(e.getCause())
          ? new Refused(e.getCause())
          : new Unknown(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Unknown(e);
    }
  }

  private static boolean refusedForContent(Throwable cause) {
    return cause instanceof RecordTooLargeException
        || cause instanceof RecordBatchTooLargeException
        || cause instanceof InvalidRecordException;
  }

  /**
   * After some errors (a right that was missing for a moment is enough) a producer refuses
   * everything for ever. A new one does not.
   */
  private static boolean broken(Fate fate) {
    return fate instanceof Unknown unknown && !(unknown.reason() instanceof RetriableException);
  }

  /** What is still on its way may arrive or not. */
  void close() {
    if (producerMeters != null) {
      producerMeters.close();
      producerMeters = null;
    }
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  private ProducerRecord<String, byte[]> record(Pending event, Span span) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            config.topic(),
            event.jobId().toString(),
            event.data().getBytes(StandardCharsets.UTF_8));
    Map<String, String> headers = new HashMap<>();
    headers.put("ce_specversion", "1.0");
    headers.put("ce_id", event.eventId().toString());
    headers.put("ce_source", config.source());
    headers.put("ce_type", event.eventType());
    headers.put("ce_subject", event.jobId().toString());
    headers.put("ce_time", event.occurredAt().toString());
    // Padded, so that it sorts as text as the CloudEvents sequence extension asks.
    headers.put("ce_sequence", "%019d".formatted(event.id()));
    headers.put("ce_organizationid", event.organizationId().toString());
    headers.put("ce_jobkind", event.jobKind());
    headers.put("ce_dryrun", String.valueOf(event.dryRun()));
    headers.put("content-type", "application/json");
    // As the extension of CloudEvents for distributed tracing asks. A process that does not trace
    // passes on what it was given.
    String sending = Traceparent.of(span.getSpanContext());
    String traceparent = sending == null ? event.traceparent() : sending;
    if (traceparent != null) {
      headers.put("ce_traceparent", traceparent);
      headers.put("traceparent", traceparent);
    }
    headers.forEach((name, value) -> record.headers().add(name, bytes(value)));
    return record;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Producer<String, byte[]> producer() {
    if (producer == null) {
      Map<String, Object> settings = new HashMap<>(kafka);
      settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
      settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
      settings.put(ProducerConfig.ACKS_CONFIG, "all");
      settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
      settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
      settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, config.sendTimeout().toMillis());
      int timeout = Math.toIntExact(config.sendTimeout().toMillis());
      settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeout);
      settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1000, timeout / 2));
      settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
      settings.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, "rowledger-events");
      producer = new KafkaProducer<>(settings);
      producerMeters = new KafkaClientMetrics(producer);
      producerMeters.bindTo(registry);
    }
    return producer;
  }
}
