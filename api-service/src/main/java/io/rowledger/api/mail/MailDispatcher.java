package io.rowledger.api.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.Mailer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.rowledger.api.dispatch.DispatchLoop;
import io.rowledger.api.dispatch.RetrySchedule;
import io.rowledger.api.mail.MailReportRepository.Claimed;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.JobRepository;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Schema;
import io.vertx.ext.mail.SMTPException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;

/**
 * Sends the reports that are due, one after the other. A report is sent twice only when the process
 * dies, or the database goes away, between the server's yes and our noting it.
 */
@ApplicationScoped
class MailDispatcher {

  private static final Logger LOG = Logger.getLogger(MailDispatcher.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Longer than {@code quarkus.mailer.timeout} lets a try take. */
  private static final Duration LEASE = Duration.ofMinutes(5);

  private final Database database;
  private final Schema schema;
  private final MailReportRepository reports;
  private final JobRepository jobs;
  private final RowResultRepository results;
  private final Mailer mailer;
  private final OutboxRelay relay;
  private final MailConfig config;
  private final RetrySchedule schedule;
  private final DispatchLoop loop;
  private final MeterRegistry registry;

  MailDispatcher(
      Database database,
      Schema schema,
      MailReportRepository reports,
      JobRepository jobs,
      RowResultRepository results,
      Mailer mailer,
      OutboxRelay relay,
      MailConfig config,
      MeterRegistry registry) {
    this.database = database;
    this.schema = schema;
    this.reports = reports;
    this.jobs = jobs;
    this.results = results;
    this.mailer = mailer;
    this.relay = relay;
    this.config = config;
    this.registry = registry;
    List.of("sent", "retried", "given_up").forEach(this::tries);
    this.schedule = new RetrySchedule(config.retryDelays());
    this.loop = new DispatchLoop("mail-dispatcher", config.pollEvery(), this::dispatch);
  }

  void start(@Observes StartupEvent event) {
    if (config.on()) {
      relay.onWake(loop::wake);
      loop.start();
    }
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    loop.stop();
  }

  @Scheduled(every = "1h", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void purge() {
    database.runAcrossOrganizations(tx -> reports.purge(tx, config.keepDays()));
  }

  private void dispatch() {
    while (!loop.stopped() && schema.isThere()) {
      Optional<Claimed> claimed = database.acrossOrganizations(tx -> reports.claim(tx, LEASE));
      if (claimed.isEmpty()) {
        return;
      }
      send(claimed.get());
    }
  }

  private void send(Claimed claimed) {
    List<String> recipients = recipients(claimed);
    if (recipients.isEmpty()) {
      database.runAcrossOrganizations(tx -> reports.failed(tx, claimed, "NO_RECIPIENT"));
      tries("given_up").increment();
      return;
    }
    Report report =
        database.transaction(
            claimed.organization(),
            tx -> {
              tx.snapshot();
              JobView job = jobs.find(tx, claimed.organization(), claimed.job()).orElseThrow();
              return Report.of(
                  job,
                  claimed.fileName(),
                  results.failureGroups(
                      tx, claimed.organization(), claimed.job(), Report.MOST_GROUPS + 1),
                  config.publicUrl(),
                  ReportLanguage.of(claimed.language()));
            });
    try {
      mailer.send(
          new Mail()
              .setFrom(config.from().orElseThrow())
              .setTo(recipients)
              .setSubject(report.subject())
              .setText(report.text())
              // Answering machines do not answer it (RFC 3834).
              .addHeader("Auto-Submitted", "auto-generated"));
    } catch (RuntimeException e) {
      retry(claimed, errorOf(e));
      return;
    }
    database.runAcrossOrganizations(tx -> reports.sent(tx, claimed));
    tries("sent").increment();
  }

  private void retry(Claimed claimed, String error) {
    Optional<Duration> wait =
        schedule.after(claimed.attempt(), ThreadLocalRandom.current().nextDouble());
    LOG.warnf(
        "The report of job %s could not be sent (%s)%s",
        claimed.job(), error, wait.isPresent() ? ", it is tried again" : "");
    database.runAcrossOrganizations(
        tx ->
            wait.ifPresentOrElse(
                delay -> reports.again(tx, claimed, error, delay),
                () -> reports.failed(tx, claimed, error)));
    tries(wait.isPresent() ? "retried" : "given_up").increment();
  }

  private Counter tries(String result) {
    return Counter.builder("rowledger.mail.tries")
        .description("Tries to send the report of a job, by what came of them")
        .tag("result", result)
        .register(registry);
  }

  /** Those among them that are plain: rows may be older than the rule. */
  private static List<String> recipients(Claimed claimed) {
    List<String> plain = new ArrayList<>();
    if (claimed.recipients() != null) {
      for (JsonNode address : json(claimed.recipients())) {
        if (MailAddress.isPlain(address.asText())) {
          plain.add(address.asText());
        }
      }
    }
    return plain;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the recipients of a report are JSON", e);
    }
  }

  /** Not the message: servers quote the address in it. */
  private static String errorOf(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof SMTPException refused) {
        return "SMTP_" + refused.getReplyCode();
      }
    }
    return thrown.getClass().getSimpleName();
  }
}
