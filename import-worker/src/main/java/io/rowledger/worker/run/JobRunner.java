package io.rowledger.worker.run;

import io.opentelemetry.context.Context;
import io.rowledger.core.chunk.ChunkLog;
import io.rowledger.core.chunk.ChunkRef;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.control.Dependents;
import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.event.JobEventType;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.job.ClaimedJob;
import io.rowledger.core.job.Counts;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobFailure;
import io.rowledger.core.job.JobPhase;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.Lease;
import io.rowledger.core.job.LeaseConfig;
import io.rowledger.core.job.LeaseRepository;
import io.rowledger.core.job.RowResult;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.row.RowRef;
import io.rowledger.core.sql.Session;
import io.rowledger.core.sql.SqlFailure;
import io.rowledger.core.sql.Tx;
import io.rowledger.worker.run.Lanes.Turn;
import io.rowledger.worker.run.Quarantine.Pass;
import io.rowledger.worker.run.RowFeed.Group;
import io.rowledger.worker.target.DryRunTarget;
import io.rowledger.worker.target.RecordTarget;
import io.rowledger.worker.target.Row;
import io.rowledger.worker.target.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Works on one claimed job: chunk by chunk, phase by phase, until the job ends, the slot is given
 * back, or the lease is lost. Everything it commits, it commits together with a guarded update that
 * names its fence.
 */
final class JobRunner<R> {

  /** How a run ended when nothing went wrong. */
  enum End {
    /** The job is terminal. */
    FINISHED,
    /** Others should have the slot, or the process stops: the lease was given back. */
    YIELDED,
    /** Another job of the organisation is being applied: try again soon. */
    LOCKED
  }

  /** What every runner of a process shares. */
  record Parts(
      ChunkLog log,
      UploadRepository uploads,
      LeaseRepository leases,
      RowResultRepository results,
      Outbox outbox,
      Dependents dependents,
      LeaseConfig leaseConfig,
      WorkerConfig config,
      Duration progressEvery,
      Runnable wakeRelay,
      RunMeters meters,
      RunSpans spans) {}

  private record Upload(List<ChunkRef> chunks, DataKey key) {}

  /** Conflicts kept in memory while a job is applied; more are not reported. */
  private static final int MOST_CONFLICTS = 10_000;

  private final Parts parts;
  private final Session session;
  private final ClaimedJob job;
  private final ImportPlan<R> plan;
  private final Holding holding;
  private final LongPredicate shouldYield;
  private final @Nullable Pass pass;
  private final @Nullable DryRunTarget<R> dryRun;
  private final ChunkTransaction<R> chunk;
  private final JobMeters meters;
  private final JobTransactions transactions;
  private final List<Lane<R>> lanes;
  private long began = System.nanoTime();
  private @Nullable Upload upload;
  private final ProgressPace pace;

  JobRunner(
      Parts parts,
      List<Session> sessions,
      ClaimedJob job,
      ImportPlan<R> plan,
      Holding holding,
      LongPredicate shouldYield,
      @Nullable Pass pass) {
    this.parts = parts;
    this.session = sessions.get(0);
    this.job = job;
    this.plan = plan;
    this.holding = holding;
    this.shouldYield = shouldYield;
    this.pass = pass;
    this.meters = parts.meters().of(job.kind(), job.dryRun());
    this.pace = new ProgressPace(parts.progressEvery(), System::nanoTime);
    RecordTarget<R> target = plan.newTarget().get();
    this.dryRun = job.dryRun() ? new DryRunTarget<>(target) : null;
    Lane<R> first = lane(session, dryRun == null ? target : dryRun);
    this.transactions = first.transactions();
    this.chunk = first.chunk();
    this.lanes =
        twoAtOnce() && sessions.size() > 1
            ? List.of(first, lane(sessions.get(1), plan.newTarget().get()))
            : List.of(first);
  }

  private Lane<R> lane(Session on, RecordTarget<R> target) {
    return new Lane<>(
        new JobTransactions(parts, on, holding, meters),
        new ChunkTransaction<>(target, parts.results(), new Scope(job.organization(), job.id())));
  }

  /**
   * Whether transactions may be written beside each other. Not those of a suspect, whose failure
   * must be found where it is, nor those that the first failure must stop.
   */
  private boolean twoAtOnce() {
    return job.errorHandling() == ErrorHandling.CONTINUE_COLLECT_ERRORS
        && !job.dryRun()
        && pass == null;
  }

  /**
   * Runs until one of {@link End}.
   *
   * @throws LeaseLostException when somebody else decides over the job now
   * @throws SqlFailure or another exception when this runner cannot go on; what it committed stands
   */
  End run() {
    upload();
    JobPhase phase = job.phase();
    int from = job.nextChunk();
    if (phase == JobPhase.VALIDATING) {
      End early = validate(from);
      if (early != null) {
        return early;
      }
      phase = afterValidation();
      from = 0;
      // An apply cannot stop half-way: one that begins during a stop would be undone by it.
      if (phase == JobPhase.APPLYING && shouldYield.test(began)) {
        return End.YIELDED;
      }
    }
    return phase == JobPhase.APPLYING ? apply() : process(from);
  }

  private JobPhase afterValidation() {
    return job.errorHandling() == ErrorHandling.ROLLBACK_ALL
        ? JobPhase.APPLYING
        : JobPhase.PROCESSING;
  }

  /** Returns null when the job may go on to its next phase. */
  private @Nullable End validate(int from) {
    boolean everything = job.errorHandling() == ErrorHandling.ROLLBACK_ALL;
    int failed = job.counts().failed();
    if (everything || plan.referencesFirst()) {
      try (RowFeed<R> feed = feed(from)) {
        for (Group<R> group = feed.next(); group != null; group = feed.next()) {
          Group<R> current = group;
          failed +=
              transactions.ofGroup(
                  "chunks check",
                  current,
                  tx -> {
                    int found =
                        transactions.beforeGuard(
                            chunk,
                            () ->
                                everything
                                    ? chunk.validate(tx, current.rows())
                                    : chunk.validateReferences(tx, current.rows()));
                    advance(tx, current, new Counts(0, found, 0), transactions);
                    return found;
                  });
          gotOn();
          if (current.toChunk() < job.chunkCount() && shouldYield.test(began)) {
            return End.YIELDED;
          }
        }
      }
    }
    if (failed > 0) {
      transactions.run(tx -> end(tx, failFor(tx, 0)));
      return End.FINISHED;
    }
    transactions.run(
        tx -> held(parts.leases().enter(tx, lease(), JobPhase.VALIDATING, afterValidation())));
    return null;
  }

  private End process(int from) {
    if (dryRun != null && from > 0) {
      recall(dryRun, from);
    }
    Lanes.End end;
    try (RowFeed<R> feed = feed(from)) {
      end =
          new Lanes<>(
                  feed::next,
                  lanes,
                  chunk::exclusiveKeys,
                  chunk::sharedKeys,
                  this::write,
                  () -> shouldYield.test(began))
              .run(work -> Context.current().wrap(() -> LogContext.during(job, work)));
    }
    return switch (end) {
      case JOB_ENDED -> End.FINISHED;
      case YIELDED -> End.YIELDED;
      case NO_MORE -> {
        // Only a job whose last chunk was committed by an earlier version comes here.
        transactions.run(tx -> end(tx, held(parts.leases().complete(tx, lease()))));
        yield End.FINISHED;
      }
    };
  }

  private boolean write(Lane<R> lane, Turn<R> turn, CommitOrder order) {
    if (turn.beside().isEmpty()) {
      order.awaitUnwritten(turn.number());
    }
    boolean ended =
        lane.transactions()
            .ofGroup(
                "chunks write",
                turn.group(),
                job.errorHandling() == ErrorHandling.STOP_KEEP_SUCCESS
                    ? tx -> writeUntilFailure(tx, lane, turn.group())
                    : tx -> writeAll(tx, lane, turn, order),
                order::oneByOne);
    settle();
    gotOn();
    return ended;
  }

  private boolean writeAll(Tx tx, Lane<R> lane, Turn<R> turn, CommitOrder order) {
    Counts counts = write(tx, lane, turn.beside());
    int entities = lane.chunk().entitiesCreated();
    order.awaitWritten(turn.number());
    if (!turn.after().isEmpty()) {
      counts = counts.plus(write(tx, lane, turn.after()));
      entities += lane.chunk().entitiesCreated();
    }
    lane.transactions().atGuard();
    countEntities(tx, entities);
    return advanceAndMaybeEnd(tx, lane, turn.group(), counts);
  }

  private Counts write(Tx tx, Lane<R> lane, List<Row<R>> rows) {
    return lane.transactions().beforeGuard(lane.chunk(), () -> lane.chunk().writeAll(tx, rows));
  }

  private boolean writeUntilFailure(Tx tx, Lane<R> lane, Group<R> group) {
    ChunkTransaction.StoppedAt stopped =
        lane.transactions()
            .beforeGuard(lane.chunk(), () -> lane.chunk().writeUntilFailure(tx, group.rows()));
    countEntities(tx, lane.chunk().entitiesCreated());
    if (!stopped.failure()) {
      return advanceAndMaybeEnd(tx, lane, group, stopped.counts());
    }
    lane.transactions().count(stopped.counts());
    return end(
        tx,
        held(
            parts
                .leases()
                .stopEarly(tx, lease(), group.fromChunk(), group.toChunk(), stopped.counts())));
  }

  private boolean advanceAndMaybeEnd(Tx tx, Lane<R> lane, Group<R> group, Counts counts) {
    JobView view = advance(tx, group, counts, lane.transactions());
    if (group.toChunk() == job.chunkCount()) {
      return end(tx, held(parts.leases().complete(tx, lease())));
    }
    if (pace.isDue()) {
      parts.outbox().add(tx, JobEventType.PROGRESS, view);
    }
    return false;
  }

  /** All chunks in one transaction, which touches the job only in its last statements. */
  private End apply() {
    List<Row<R>> conflicts = new ArrayList<>();
    try {
      Boolean applied =
          transactions.runWithin(
              parts.config().applyTimeout(), tx -> lockForApply(tx) && applyAll(tx, conflicts));
      return applied ? End.FINISHED : End.LOCKED;
    } catch (ConflictsFound undone) {
      transactions.run(
          tx -> {
            chunk.recordFailures(tx, conflicts);
            return end(tx, failFor(tx, conflicts.size()));
          });
      return End.FINISHED;
    }
  }

  private boolean applyAll(Tx tx, List<Row<R>> conflicts) {
    conflicts.clear();
    if (dryRun != null) {
      dryRun.restart();
    }
    Counts counts = Counts.ZERO;
    int entities = 0;
    try (RowFeed<R> feed = feed(0)) {
      for (Group<R> group = feed.next(); group != null; group = feed.next()) {
        holding.check();
        List<Row<R>> rows = group.rows();
        Counts written =
            parts
                .spans()
                .chunks(
                    "chunks apply",
                    group.fromChunk(),
                    group.toChunk(),
                    () -> transactions.beforeGuard(chunk, () -> chunk.writeAll(tx, rows)));
        counts = counts.plus(written);
        entities += chunk.entitiesCreated();
        settle();
        holding.mark();
        group.rows().stream().filter(ChunkTransaction::failed).forEach(conflicts::add);
        if (conflicts.size() >= MOST_CONFLICTS) {
          break;
        }
      }
    }
    if (!conflicts.isEmpty()) {
      throw new ConflictsFound();
    }
    countEntities(tx, entities);
    transactions.count(counts);
    held(
        parts
            .leases()
            .advance(tx, lease(), 0, job.chunkCount(), counts, parts.leaseConfig().duration()));
    return end(tx, held(parts.leases().complete(tx, lease())));
  }

  /** One apply at a time for an organisation and table: two could wait for each other for hours. */
  private boolean lockForApply(Tx tx) {
    return job.dryRun() || parts.leases().tryLockForApply(tx, job.organization(), job.kind());
  }

  /** A chunk is committed: whatever failed before, this job is no suspect any more. */
  private void gotOn() {
    if (pass != null) {
      pass.close();
    }
  }

  private void settle() {
    if (dryRun != null) {
      dryRun.settle();
    }
  }

  /**
   * Reads the chunks that are done once more, for the keys of their good rows: a dry run leaves
   * them nowhere, and the worker that had them in memory may be another one.
   */
  private void recall(DryRunTarget<R> target, int before) {
    try (RowFeed<R> feed = feed(0, before)) {
      for (Group<R> group = feed.next(); group != null; group = feed.next()) {
        holding.check();
        target.recall(withoutResult(group.rows()));
        holding.mark();
      }
    }
    // Otherwise a slice could be over before the first new chunk, and the job would never end.
    began = System.nanoTime();
  }

  private List<Row<R>> withoutResult(List<Row<R>> rows) {
    RowRef first = rows.get(0).ref();
    RowRef last = rows.get(rows.size() - 1).ref();
    Set<RowRef> refused =
        session.transaction(
            tx ->
                parts.results().between(tx, job.organization(), job.id(), first, last).stream()
                    .map(RowResult::ref)
                    .collect(Collectors.toSet()));
    return rows.stream().filter(row -> row.good() && !refused.contains(row.ref())).toList();
  }

  private JobView failFor(Tx tx, int found) {
    JobFailure failure =
        parts.results().hasBrokenReferences(tx, job.id())
            ? new JobFailure(
                JobFailure.Code.INVALID_ENTITY_REFERENCES,
                "Rows refer to entities that are not there. No row was imported; the failures list"
                    + " names the rows.")
            : new JobFailure(
                JobFailure.Code.ROLLED_BACK,
                "Rows failed and batchErrorHandling is rollback_all. No row was imported; the"
                    + " failures list names the rows.");
    transactions.count(new Counts(0, found, 0));
    return held(parts.leases().fail(tx, lease(), failure, found));
  }

  /** Right before the guard, which also guards this count. */
  private void countEntities(Tx tx, int created) {
    if (created > 0) {
      held(parts.leases().countEntities(tx, lease(), created));
    }
  }

  private JobView advance(Tx tx, Group<R> group, Counts counts, JobTransactions transaction) {
    transaction.count(counts);
    return held(
        parts
            .leases()
            .advance(
                tx,
                lease(),
                group.fromChunk(),
                group.toChunk(),
                counts,
                parts.leaseConfig().duration()));
  }

  private boolean end(Tx tx, JobView ended) {
    parts.outbox().add(tx, JobEventType.ofEnd(ended.status()), ended);
    return true;
  }

  private RowFeed<R> feed(int from) {
    return feed(from, upload().chunks().size());
  }

  private RowFeed<R> feed(int from, int to) {
    return new RowFeed<>(
        parts.log().reader(job.uploadId(), upload().key()),
        plan.parserFor(),
        upload().chunks().subList(from, to),
        parts.config(),
        pass != null,
        meters,
        parts.spans());
  }

  /** Read once and before any other transaction: an apply must not open a second one inside. */
  private Upload upload() {
    if (upload == null) {
      upload =
          session.transaction(
              tx ->
                  new Upload(
                      parts.uploads().chunks(tx, job.uploadId()),
                      parts.uploads().key(tx, job.uploadId())));
    }
    return upload;
  }

  private Lease lease() {
    return holding.lease();
  }

  private boolean held(boolean held) {
    if (!held) {
      throw new LeaseLostException(lease());
    }
    return true;
  }

  private JobView held(java.util.Optional<JobView> view) {
    return view.orElseThrow(() -> new LeaseLostException(lease()));
  }

  /** Undoes the transaction of an apply that found conflicts. */
  private static final class ConflictsFound extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
