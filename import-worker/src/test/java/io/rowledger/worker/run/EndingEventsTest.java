package io.rowledger.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.core.control.ControlConfig;
import io.rowledger.core.control.Dependents;
import io.rowledger.core.control.JobControl;
import io.rowledger.core.control.JobControl.Action;
import io.rowledger.core.event.Outbox;
import io.rowledger.core.event.OutboxRelay;
import io.rowledger.core.job.ControlRepository;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.TakeoverRepository;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.testkit.WorkerStack;
import io.rowledger.worker.testing.Everything;
import io.rowledger.worker.testing.Imports;
import io.rowledger.worker.testing.Imports.Import;
import io.rowledger.worker.testing.Told;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way a job can end, and what the world is told of it. */
@QuarkusTest
@QuarkusTestResource(WorkerStack.class)
class EndingEventsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HEADER = "externalId,type,amount,currency,originExternalId";
  private static final String NEVER_CLAIMED =
      "UPDATE import_job SET codec_version = 99 WHERE id = ?";

  @Inject Imports imports;
  @Inject Told told;
  @Inject ControlRepository controls;
  @Inject TakeoverRepository takeovers;
  @Inject Dependents dependents;
  @Inject Outbox outbox;
  @Inject OutboxRelay relay;
  @Inject ControlConfig controlConfig;
  private OrgId organization;

  /** Ways to end, with the outcome or the code, and the events that are told. */
  enum Ending {
    ALL_IN("all_succeeded", "started", "completed"),
    SOME_FAILED("partial", "started", "completed"),
    STOPPED_EARLY("partial", "started", "completed"),
    APPLIED("all_succeeded", "started", "completed"),
    ROLLED_BACK_BEFORE("ROLLED_BACK", "started", "failed"),
    ROLLED_BACK_WHILE_APPLIED("ROLLED_BACK", "started", "failed"),
    BROKEN_REFERENCE("INVALID_ENTITY_REFERENCES", "started", "failed"),
    BROKEN_REFERENCE_IN_ROLLBACK_ALL("INVALID_ENTITY_REFERENCES", "started", "failed"),
    DRY_RUN("all_succeeded", "started", "completed"),
    DRY_RUN_THAT_FAILS("ROLLED_BACK", "started", "failed"),
    DRY_RUN_CANCELLED("cancelled", "cancelled"),
    COMMIT_OF_A_DRY_RUN("all_succeeded", "started", "completed"),
    RETRY("all_succeeded", "started", "completed"),
    DEPENDENCY_FAILED("DEPENDENCY_FAILED", "failed"),
    DEPENDENCY_OF_A_PAUSED_JOB_FAILED("DEPENDENCY_FAILED", "failed"),
    ROWS_EXPIRED("ROWS_EXPIRED", "started", "interrupted"),
    TOO_MANY_ATTEMPTS("TOO_MANY_ATTEMPTS", "started", "interrupted"),
    SWEPT_FOR_THE_LAST_TIME("TOO_MANY_ATTEMPTS", "interrupted"),
    TAKEN_OVER("all_succeeded", "completed"),
    COMPLETED_BY_AN_EARLIER_VERSION("all_succeeded", "completed"),
    CANCELLED_WHILE_QUEUED("cancelled", "cancelled"),
    CANCELLED_WHILE_PAUSED("cancelled", "paused", "cancelled"),
    CANCELLED_AFTER_A_RESUME("cancelled", "paused", "resumed", "cancelled"),
    CANCELLED_WHILE_LEASED("cancelled", "cancelled"),
    CANCELLED_WHILE_WAITING("cancelled", "cancelled"),
    CANCELLED_WHILE_PAUSED_IN_THE_MIDDLE("cancelled", "paused", "cancelled");

    final String outcome;

    /** Separated by blanks: an enum is as immutable as its fields. */
    final String events;

    Ending(String outcome, String... events) {
      this.outcome = outcome;
      this.events = String.join(" ", events);
    }
  }

  @BeforeAll
  static void schema() {
    Imports.migrate();
  }

  @BeforeEach
  void anOrganization() {
    organization = imports.organization();
  }

  @ParameterizedTest
  @EnumSource
  void eachEndIsToldOnceAndLast(Ending ending) throws Exception {
    // When
    JobId job = bring(ending);
    JobView ended = imports.ended(organization, job);

    // Then
    List<Told.Event> events = told.of(job);
    assertThat(events).extracting(Told.Event::id).doesNotHaveDuplicates();
    assertThat(events)
        .extracting(Told.Event::type)
        .filteredOn(type -> !type.equals("progress"))
        .containsExactly(ending.events.split(" ", -1));
    Told.Event last = events.get(events.size() - 1);
    JsonNode data = JSON.readTree(last.data());
    assertThat(data.path("status").asText())
        .isEqualTo(ended.status().wireName())
        .isEqualTo(last.type());
    assertThat(data.toString()).contains("\"" + ending.outcome);
    assertThat(events)
        .extracting(Told.Event::dryRun)
        .containsOnly(ending.name().startsWith("DRY_RUN"));
  }

  private JobId bring(Ending ending) {
    return switch (ending) {
      case ALL_IN -> collect("SELECT ?", good("a"));
      case SOME_FAILED -> collect("SELECT ?", good("a"), "b,PAYMENT,ten,EUR,");
      case STOPPED_EARLY ->
          submit(
              ErrorHandling.STOP_KEEP_SUCCESS, false, good("a"), "b,PAYMENT,ten,EUR,", good("c"));
      case APPLIED -> submit(ErrorHandling.ROLLBACK_ALL, false, good("a"), good("b"));
      case ROLLED_BACK_BEFORE ->
          submit(ErrorHandling.ROLLBACK_ALL, false, good("a"), "b,PAYMENT,ten,EUR,");
      case ROLLED_BACK_WHILE_APPLIED ->
          // Six files are six chunks in two transactions: the pair is found in neither alone.
          submit(
              ErrorHandling.ROLLBACK_ALL,
              false,
              List.of(
                  List.of(good("a")),
                  List.of(good("b")),
                  List.of(good("c")),
                  List.of(good("d")),
                  List.of(good("a")),
                  List.of(good("e"))));
      case BROKEN_REFERENCE ->
          submit(ErrorHandling.STOP_KEEP_SUCCESS, false, "a,PAYMENT,1,EUR,nobody");
      case BROKEN_REFERENCE_IN_ROLLBACK_ALL ->
          submit(ErrorHandling.ROLLBACK_ALL, false, "a,PAYMENT,1,EUR,nobody");
      case DRY_RUN -> submit(ErrorHandling.ROLLBACK_ALL, true, good("a"));
      case DRY_RUN_THAT_FAILS ->
          submit(ErrorHandling.ROLLBACK_ALL, true, good("a"), "b,PAYMENT,ten,EUR,");
      case DRY_RUN_CANCELLED ->
          controlled(
              imports.submit(
                  organization,
                  transactions(ErrorHandling.ROLLBACK_ALL, files(good("a"))),
                  true,
                  NEVER_CLAIMED),
              Action.CANCEL);
      case COMMIT_OF_A_DRY_RUN -> childOf("commit_of", true);
      case RETRY -> childOf("retry_of", false);
      case DEPENDENCY_FAILED ->
          collect(
              "UPDATE import_job SET after_job = '%s' WHERE id = ?".formatted(cancelled()),
              good("a"));
      case DEPENDENCY_OF_A_PAUSED_JOB_FAILED ->
          collect(
              "UPDATE import_job SET paused_at = clock_timestamp(), after_job = '%s' WHERE id = ?"
                  .formatted(cancelled()),
              good("a"));
      case ROWS_EXPIRED ->
          collect(
              "UPDATE upload SET sealed_key = NULL WHERE id = (SELECT upload_id FROM import_job"
                  + " WHERE id = ?)",
              good("a"));
      case TOO_MANY_ATTEMPTS ->
          collect("UPDATE import_job SET attempt = 4, mapping = '[]' WHERE id = ?", good("a"));
      case SWEPT_FOR_THE_LAST_TIME -> collect(leased(4, "-1 second"), good("a"));
      case TAKEN_OVER -> collect(leased(0, "-1 second"), good("a"));
      case COMPLETED_BY_AN_EARLIER_VERSION ->
          collect(
              """
              UPDATE import_job SET status = 'running', phase = 'processing', fence = 1, started_at = clock_timestamp(),
                     next_chunk = chunk_count, succeeded = total_items WHERE id = ?
              """,
              good("a"));
      case CANCELLED_WHILE_QUEUED -> controlled(collect(NEVER_CLAIMED, good("a")), Action.CANCEL);
      case CANCELLED_WHILE_PAUSED ->
          controlled(collect(NEVER_CLAIMED, good("a")), Action.PAUSE, Action.CANCEL);
      case CANCELLED_AFTER_A_RESUME ->
          controlled(collect(NEVER_CLAIMED, good("a")), Action.PAUSE, Action.RESUME, Action.CANCEL);
      case CANCELLED_WHILE_LEASED ->
          controlled(collect(leased(0, "1 hour"), good("a")), Action.CANCEL);
      case CANCELLED_WHILE_WAITING -> controlled(collect(waiting(), good("a")), Action.CANCEL);
      case CANCELLED_WHILE_PAUSED_IN_THE_MIDDLE ->
          controlled(collect(waiting(), good("a")), Action.PAUSE, Action.CANCEL);
    };
  }

  /** A worker that is not this one has it. */
  private static String leased(int attempt, String expires) {
    return """
    UPDATE import_job SET status = 'running', phase = 'processing', fence = 1, started_at = clock_timestamp(),
           lease_owner = 'another worker', lease_expires_at = clock_timestamp() + interval '%s', attempt = %d,
           lease_pids = '{}', lease_starts = '{}'
     WHERE id = ?
    """
        .formatted(expires, attempt);
  }

  /** It was given back with a rest. */
  private static String waiting() {
    return """
    UPDATE import_job SET status = 'running', phase = 'processing', fence = 2, started_at = clock_timestamp(),
           not_before = clock_timestamp() + interval '1 hour' WHERE id = ?
    """;
  }

  private JobId childOf(String origin, boolean dryRun) {
    JobId parent = submit(ErrorHandling.CONTINUE_COLLECT_ERRORS, dryRun, good("p"));
    imports.ended(organization, parent);
    return collect(
        "UPDATE import_job SET %s = '%s' WHERE id = ?".formatted(origin, parent), good("a"));
  }

  private JobId cancelled() {
    return controlled(collect(NEVER_CLAIMED, good("z")), Action.CANCEL);
  }

  private JobId controlled(JobId job, Action... actions) {
    // What an owner does, api-service does: a worker's role may not.
    JobControl control =
        new JobControl(
            Everything.database(), controls, takeovers, dependents, outbox, relay, controlConfig);
    for (Action action : actions) {
      assertThat(control.apply(organization, job, action, "a test").orElseThrow().possible())
          .isTrue();
    }
    return job;
  }

  private JobId collect(String past, String... lines) {
    return imports.submit(
        organization,
        transactions(ErrorHandling.CONTINUE_COLLECT_ERRORS, files(lines)),
        false,
        past);
  }

  private JobId submit(ErrorHandling handling, boolean dryRun, String... lines) {
    return submit(handling, dryRun, files(lines));
  }

  private JobId submit(ErrorHandling handling, boolean dryRun, List<List<String>> files) {
    return imports.submit(organization, transactions(handling, files), dryRun);
  }

  private static List<List<String>> files(String... lines) {
    return List.of(List.of(lines));
  }

  private static String good(String externalId) {
    return externalId + ",PAYMENT,1,EUR,";
  }

  private static Import transactions(ErrorHandling handling, List<List<String>> files) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("executeRules", true);
    options.put("skipDuplicates", false);
    options.put("validateExistingEntity", true);
    return new Import(JobKind.TRANSACTION, handling, options, HEADER, files);
  }
}
