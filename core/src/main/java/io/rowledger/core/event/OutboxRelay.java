package io.rowledger.core.event;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.rowledger.core.event.Outbox.Pending;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import io.rowledger.core.sql.Tx;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * Sends what the outbox holds, in id order, and deletes it only after the broker's acknowledgement:
 * at least once, never a lost event. One relay is active at a time, in whichever process has the
 * lock.
 */
@ApplicationScoped
public class OutboxRelay {

  private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
  private static final int BATCH = 200;

  private final Database database;
  private final Schema schema;
  private final Outbox outbox;
  private final EventsConfig config;
  private final Map<String, Object> kafka;
  private final Semaphore bell = new Semaphore(0);
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean stopped;
  private Thread thread;
  private Producer<String, byte[]> producer;

  OutboxRelay(
      Database database,
      Schema schema,
      Outbox outbox,
      EventsConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka) {
    this.database = database;
    this.schema = schema;
    this.outbox = outbox;
    this.config = config;
    this.kafka = kafka;
  }

  /** Says that a transaction with an event was committed. Cheap, never blocks. */
  public void wake() {
    if (bell.availablePermits() == 0) {
      bell.release();
    }
    listeners.forEach(Runnable::run);
  }

  /** Has {@code listener} told of every {@link #wake}; it must be as cheap and may not block. */
  public void onWake(Runnable listener) {
    listeners.add(listener);
  }

  void start(@Observes StartupEvent event) {
    thread = new Thread(this::run, "outbox-relay");
    thread.setDaemon(true);
    thread.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopped = true;
    wake();
    if (thread != null) {
      thread.join(5_000);
    }
  }

  private void run() {
    boolean troubled = false;
    while (!stopped) {
      try {
        boolean rang = bell.tryAcquire(config.relayEvery().toMillis(), TimeUnit.MILLISECONDS);
        if (rang) {
          bell.drainPermits();
        }
        while (!stopped && schema.isThere() && relay() == BATCH) {
          // More may be waiting.
        }
        troubled = false;
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        // Kafka or PostgreSQL is away: the events wait where they are. Said once, not every second.
        if (!troubled) {
          LOG.warnf("Events wait in the outbox: %s", e.getMessage());
        }
        troubled = true;
      }
    }
    if (producer != null) {
      producer.close(Duration.ofSeconds(2));
    }
  }

  /** Relays one batch; returns how many events it handled. */
  int relay() {
    return database.transaction(
        tx -> {
          if (!outbox.lockForRelay(tx)) {
            return 0;
          }
          List<Pending> pending = outbox.oldest(tx, BATCH);
          if (!pending.isEmpty()) {
            sendAndDelete(tx, pending);
          }
          return pending.size();
        });
  }

  private void sendAndDelete(Tx tx, List<Pending> pending) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (Pending event : pending) {
      Future<RecordMetadata> future = producer().send(record(event));
      sent.add(future);
      if (future.isDone() && !succeededOrRefused(future)) {
        // A broker that was never reached blocks each send for the whole time-out: once is enough,
        // two hundred times would hold this transaction for an hour.
        break;
      }
    }
    List<Long> acknowledged = new ArrayList<>();
    RuntimeException failed = null;
    for (int i = 0; i < sent.size(); i++) {
      long id = pending.get(i).id();
      try {
        sent.get(i).get();
        acknowledged.add(id);
      } catch (ExecutionException e) {
        if (refusedForContent(e.getCause())) {
          LOG.errorf("Event %s is put aside: %s", pending.get(i).eventId(), e.getCause());
          outbox.bury(tx, id, String.valueOf(e.getCause()));
        } else {
          failed = new IllegalStateException("Kafka did not acknowledge an event", e.getCause());
          break;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failed = new IllegalStateException("interrupted", e);
        break;
      }
    }
    outbox.delete(tx, acknowledged);
    if (failed != null && acknowledged.isEmpty()) {
      throw failed;
    }
  }

  private static boolean succeededOrRefused(Future<RecordMetadata> done) {
    try {
      done.get();
      return true;
    } catch (ExecutionException e) {
      return refusedForContent(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean refusedForContent(Throwable cause) {
    return cause instanceof RecordTooLargeException
        || cause instanceof RecordBatchTooLargeException
        || cause instanceof InvalidRecordException;
  }

  private ProducerRecord<String, byte[]> record(Pending event) {
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
    }
    return producer;
  }
}
