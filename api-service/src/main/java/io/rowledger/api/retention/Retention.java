package io.rowledger.api.retention;

import io.rowledger.api.erasure.JobContents;
import io.rowledger.api.tenant.RetentionConfig;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.chunk.UploadRepository.Expired;
import io.rowledger.core.control.Dependents;
import io.rowledger.core.event.JobEventType;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.ErasureRepository;
import io.rowledger.core.job.ErasureRepository.Due;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Forgets what is kept too long: the keys of rows, the values of failures, what jobs say of their
 * files.
 *
 * <p>Every step is a small transaction that locks what it takes, passes over what others have
 * locked, and asks again whether it is due. So any number of processes may run it at once, it can
 * be killed anywhere, and nobody who imports waits for it.
 */
@ApplicationScoped
public class Retention {

  /** Jobs looked up at a time. */
  private static final int BATCH = 100;

  /** How long a step waits for a job that a worker is just claiming. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Database database;
  private final UploadRepository uploads;
  private final ErasureRepository erasures;
  private final JobContents contents;
  private final Outbox outbox;
  private final OutboxRelay relay;
  private final Dependents dependents;
  private final RetentionConfig config;

  Retention(
      Database database,
      UploadRepository uploads,
      ErasureRepository erasures,
      JobContents contents,
      Outbox outbox,
      OutboxRelay relay,
      Dependents dependents,
      RetentionConfig config) {
    this.database = database;
    this.uploads = uploads;
    this.erasures = erasures;
    this.contents = contents;
    this.outbox = outbox;
    this.relay = relay;
    this.dependents = dependents;
    this.config = config;
  }

  /** Forgets everything that is due. */
  public void run() {
    while (database.acrossOrganizations(this::forgetRows)) {
      relay.wake();
    }
    dependents.failThoseOfEndedJobs();
    repeat(
        tx -> erasures.contentsDue(tx, config.contentsDays(), BATCH),
        due -> database.transaction(due.organization(), tx -> forgetContents(tx, due)));
    repeat(
        tx -> erasures.failuresDue(tx, config.failuresDays(), config.dryRunsDays(), BATCH),
        contents::eraseFailures);
  }

  /** Returns false when no upload is due. */
  private boolean forgetRows(Tx tx) {
    tx.execute("SET LOCAL lock_timeout = " + PATIENCE.toMillis());
    Optional<Expired> found = uploads.expired(tx, config.finishWithin());
    if (found.isEmpty()) {
      return false;
    }
    Expired upload = found.get();
    erasures
        .expire(tx, upload.organization(), upload.id())
        .forEach(job -> outbox.add(tx, JobEventType.INTERRUPTED, job));
    // A worker may have claimed the job a moment ago: then it is found again when it has ended.
    if (!erasures.isRead(tx, upload.organization(), upload.id())) {
      uploads.forget(tx, upload.organization(), upload.id());
    }
    return true;
  }

  private boolean forgetContents(Tx tx, Due due) {
    boolean mine = erasures.lock(tx, due);
    if (mine) {
      contents.erase(tx, due, ErasureRepository.BY_RETENTION);
    }
    return mine;
  }

  /** Looks and works until the same jobs are found twice, which others are working on. */
  private void repeat(Function<Tx, List<Due>> find, Consumer<Due> work) {
    List<Due> before = List.of();
    List<Due> found = database.acrossOrganizations(find);
    while (!found.isEmpty() && !found.equals(before)) {
      found.forEach(work);
      before = found;
      found = database.acrossOrganizations(find);
    }
  }
}
