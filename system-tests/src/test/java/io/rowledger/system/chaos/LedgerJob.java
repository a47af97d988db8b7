package io.rowledger.system.chaos;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A job that was accepted, what it was made of, and what its owner did to it since. */
final class LedgerJob {

  /** Where the rows of a job come from. */
  sealed interface Source {}

  /** It was uploaded. */
  record Upload(Plan plan) implements Source {}

  /** The rows of another job that did not succeed. */
  record Retry(LedgerJob parent, boolean onlyFailed) implements Source {}

  /** A dry run that is done for real. */
  record Commit(LedgerJob dryRun) implements Source {}

  private final UUID id;
  private final Source source;
  private final Plan plan;
  private final Mode mode;
  private final Answers answers = new Answers();
  private final AtomicReference<@Nullable Source> successor = new AtomicReference<>();
  private volatile boolean cancelAsked;

  LedgerJob(UUID id, Source source) {
    this.id = id;
    this.source = source;
    this.plan = planOf(source);
    this.mode = plan.mode();
  }

  private static Plan planOf(Source source) {
    if (source instanceof Upload upload) {
      return upload.plan();
    }
    return source instanceof Retry retry ? retry.parent().plan : ((Commit) source).dryRun().plan;
  }

  UUID id() {
    return id;
  }

  Source source() {
    return source;
  }

  /** The upload that its rows were sent with. */
  Plan plan() {
    return plan;
  }

  Tenant tenant() {
    return plan.tenant();
  }

  Kind kind() {
    return plan.kind();
  }

  Mode mode() {
    return mode;
  }

  /** Nothing but forecasts: a retry of a dry run is one, a commit is not. */
  boolean dryRun() {
    return source instanceof Upload && plan.dryRun();
  }

  @Nullable UUID after() {
    return source instanceof Upload ? plan.after() : null;
  }

  /** What was seen of it. */
  Answers answers() {
    return answers;
  }

  /** Its owner wanted it cancelled; whether that was in time only the job knows. */
  boolean cancelAsked() {
    return cancelAsked;
  }

  void askCancel() {
    cancelAsked = true;
  }

  /** Takes the right to ask for a retry or a commit of it; one is asked for of each. */
  boolean succeededBy(Source next) {
    return successor.compareAndSet(null, next);
  }

  /** What was asked to be made of it, whatever the answer was. */
  @Nullable Source successor() {
    return successor.get();
  }

  @Override
  public String toString() {
    return "job %s (%s, %s %s %s%s)"
        .formatted(
            id,
            source.getClass().getSimpleName(),
            kind(),
            mode.wireName(),
            plan.label(),
            dryRun() ? ", dry run" : "");
  }
}
