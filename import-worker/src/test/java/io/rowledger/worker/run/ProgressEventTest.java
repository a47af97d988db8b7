package io.rowledger.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.core.chunk.ChunkLog;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.control.Dependents;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.ClaimedJob;
import io.rowledger.core.job.Counts;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobPhase;
import io.rowledger.core.job.Lease;
import io.rowledger.core.job.LeaseConfig;
import io.rowledger.core.job.LeaseRepository;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Session;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.testkit.WorkerStack;
import io.rowledger.worker.testing.Imports;
import io.rowledger.worker.testing.Imports.Import;
import io.rowledger.worker.testing.Told;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run tells of its progress: six files are six chunks, in two transactions. */
@QuarkusTest
@QuarkusTestResource(WorkerStack.class)
class ProgressEventTest {

  @Inject Imports imports;
  @Inject Told told;
  @Inject Database database;
  @Inject ChunkLog log;
  @Inject UploadRepository uploads;
  @Inject LeaseRepository leases;
  @Inject RowResultRepository results;
  @Inject Outbox outbox;
  @Inject OutboxRelay relay;
  @Inject Dependents dependents;
  @Inject LeaseConfig leaseConfig;
  @Inject WorkerConfig config;
  @Inject ImportPlans plans;
  @Inject RunMeters meters;
  @Inject RunSpans spans;

  @BeforeAll
  static void schema() {
    Imports.migrate();
  }

  @ParameterizedTest
  @CsvSource({"0, progress completed", "3600, completed"})
  void aCommittedTransactionIsToldWhenItIsTime(long everySeconds, String events) {
    // Given a job that this runner holds, so that no slot takes it
    OrgId organization = imports.organization();
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    Import what =
        new Import(
            JobKind.TRANSACTION,
            ErrorHandling.CONTINUE_COLLECT_ERRORS,
            options,
            "externalId,type,amount,currency",
            List.of(line("a"), line("b"), line("c"), line("d"), line("e"), line("f")));
    JobId id =
        imports.submit(
            organization,
            what,
            false,
            """
            UPDATE import_job SET status = 'running', phase = 'processing', fence = 1, started_at = clock_timestamp(),
                   lease_owner = 'a test', lease_expires_at = clock_timestamp() + interval '1 hour',
                   lease_pids = '{}', lease_starts = '{}' WHERE id = ?
            """);
    ClaimedJob job =
        new ClaimedJob(
            new Lease(id, 1),
            organization,
            uploadOf(id),
            JobKind.TRANSACTION,
            JobPhase.PROCESSING,
            ErrorHandling.CONTINUE_COLLECT_ERRORS,
            6,
            6,
            0,
            Counts.ZERO,
            options.toString(),
            Mapping.platform(MappingTarget.TRANSACTION).toJson().toString(),
            Instant.EPOCH,
            false,
            null);

    // When
    try (Session session = database.openSession()) {
      run(job, plans.planOf(job), session, Duration.ofSeconds(everySeconds));
    }

    // Then
    assertThat(told.of(id)).extracting(Told.Event::type).containsExactly(events.split(" ", -1));
  }

  private <R> void run(ClaimedJob job, ImportPlan<R> plan, Session session, Duration every) {
    JobRunner.Parts parts =
        new JobRunner.Parts(
            log,
            uploads,
            leases,
            results,
            outbox,
            dependents,
            leaseConfig,
            config,
            every,
            relay::wake,
            meters,
            spans);
    Holding holding = new Holding(job.lease(), () -> {});
    new JobRunner<>(parts, List.of(session), job, plan, holding, began -> false, null).run();
  }

  private UUID uploadOf(JobId job) {
    return database.transaction(
        tx ->
            tx.queryOne(
                    "SELECT upload_id FROM import_job WHERE id = ?",
                    row -> row.getObject(1, UUID.class),
                    job.value())
                .orElseThrow());
  }

  private static List<String> line(String externalId) {
    return List.of(externalId + ",PAYMENT,1,EUR");
  }
}
