package io.rowledger.api.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.rowledger.api.dispatch.DispatchLoop;
import io.rowledger.api.dispatch.RetrySchedule;
import io.rowledger.api.webhook.ClaimedDelivery.Endpoint;
import io.rowledger.core.crypto.WrongMasterKeyException;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;

/**
 * Sends what is due, at least once: a try is claimed before and recorded after it, and one whose
 * process died in between is claimed again when its lease has run out.
 */
@ApplicationScoped
class WebhookDispatcher {

  private static final Logger LOG = Logger.getLogger(WebhookDispatcher.class);

  /** What a try may take beyond looking the host up and waiting for the answer. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private static final int PURGE_BATCH = 1000;

  private final Database database;
  private final Schema schema;
  private final DeliveryRepository deliveries;
  private final WebhookRepository webhooks;
  private final WebhookSecrets secrets;
  private final Targets targets;
  private final WebhookSender sender;
  private final OutboxRelay relay;
  private final WebhooksConfig config;
  private final InstantSource clock;
  private final RetrySchedule schedule;
  private final Semaphore free;
  private final ExecutorService senders;
  private final DispatchLoop loop;
  private final MeterRegistry registry;

  WebhookDispatcher(
      Database database,
      Schema schema,
      DeliveryRepository deliveries,
      WebhookRepository webhooks,
      WebhookSecrets secrets,
      Targets targets,
      WebhookSender sender,
      OutboxRelay relay,
      WebhooksConfig config,
      InstantSource clock,
      MeterRegistry registry) {
    this.database = database;
    this.schema = schema;
    this.deliveries = deliveries;
    this.webhooks = webhooks;
    this.secrets = secrets;
    this.targets = targets;
    this.sender = sender;
    this.relay = relay;
    this.config = config;
    this.clock = clock;
    this.registry = registry;
    List.of("delivered", "retried", "given_up").forEach(this::tries);
    this.schedule = new RetrySchedule(config.retryDelays());
    this.free = new Semaphore(config.concurrency());
    this.senders = Executors.newFixedThreadPool(config.concurrency(), WebhookDispatcher::thread);
    this.loop = new DispatchLoop("webhook-dispatcher", config.pollEvery(), this::dispatch);
  }

  void start(@Observes StartupEvent event) {
    relay.onWake(loop::wake);
    loop.start();
  }

  /** Tries under way are not waited for: they are claimed again when their lease has run out. */
  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    loop.stop();
    senders.shutdownNow();
  }

  /** Says that something became due. */
  void wake() {
    loop.wake();
  }

  @Scheduled(every = "1h", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void purge() {
    while (database.acrossOrganizations(
            tx -> deliveries.purge(tx, config.keepLogDays(), PURGE_BATCH))
        == PURGE_BATCH) {
      // More may be old.
    }
  }

  private void dispatch() {
    while (!loop.stopped() && schema.isThere() && free.tryAcquire()) {
      Optional<ClaimedDelivery> claimed = Optional.empty();
      try {
        claimed =
            database.acrossOrganizations(tx -> deliveries.claim(tx, lease(), config.perEndpoint()));
      } finally {
        if (claimed.isEmpty()) {
          free.release();
        }
      }
      if (claimed.isEmpty()) {
        return;
      }
      ClaimedDelivery delivery = claimed.get();
      senders.execute(() -> deliver(delivery));
    }
  }

  private Duration lease() {
    return config.lookUpTimeout().plus(config.timeout()).plus(MARGIN);
  }

  private void deliver(ClaimedDelivery delivery) {
    try {
      record(delivery, attempt(delivery));
    } catch (RuntimeException e) {
      // How it went could not be written: it is tried again when the lease has run out.
      LOG.warnf("Event %s may be delivered again: %s", delivery.eventId(), e.getMessage());
    } finally {
      free.release();
      loop.wake();
    }
  }

  private Attempt attempt(ClaimedDelivery delivery) {
    Endpoint endpoint = delivery.endpoint();
    if (endpoint == null) {
      return Attempt.notMade(DeliveryError.ENDPOINT_DISABLED);
    }
    try {
      byte[] body = WebhookMessage.body(delivery);
      return sender.post(
          targets.resolve(endpoint.url()),
          WebhookMessage.headers(delivery, clock.instant(), open(delivery, endpoint), body),
          body);
    } catch (RefusedTargetException e) {
      return Attempt.notMade(e.error());
    } catch (WrongMasterKeyException e) {
      LOG.warn(e.getMessage());
      return Attempt.notMade(DeliveryError.SECRET_UNREADABLE);
    }
  }

  /** The secrets that sign, the newest first. */
  private List<byte[]> open(ClaimedDelivery delivery, Endpoint endpoint) {
    List<byte[]> opened = new ArrayList<>();
    opened.add(secrets.open(delivery.webhookId(), endpoint.secret()));
    SealedSecret previous = endpoint.previousSecret();
    if (previous != null) {
      try {
        opened.add(secrets.open(delivery.webhookId(), previous));
      } catch (WrongMasterKeyException e) {
        // Rotated because the master key was replaced: the new secret alone has to do.
        LOG.debug(e.getMessage());
      }
    }
    return opened;
  }

  private void record(ClaimedDelivery delivery, Attempt attempt) {
    Duration again =
        attempt.worthAnotherTry()
            ? schedule
                .after(delivery.attempt(), ThreadLocalRandom.current().nextDouble())
                .orElse(null)
            : null;
    database.runAcrossOrganizations(
        tx -> {
          deliveries.record(tx, delivery, attempt, again);
          if (attempt.error() == DeliveryError.GONE) {
            webhooks.disableGone(tx, delivery.webhookId());
          }
        });
    tries(attempt.delivered() ? "delivered" : again == null ? "given_up" : "retried").increment();
  }

  private Counter tries(String result) {
    return Counter.builder("rowledger.webhook.tries")
        .description("Tries to deliver an event to a webhook, by what came of them")
        .tag("result", result)
        .register(registry);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "webhook-sender");
    thread.setDaemon(true);
    return thread;
  }
}
