package io.rowledger.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.core.job.Counts;
import io.rowledger.core.job.ErrorHandling;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobView;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.testkit.WorkerStack;
import io.rowledger.worker.testing.Imports;
import io.rowledger.worker.testing.Imports.Import;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dry runs of the whole worker: six files are six chunks, in two transactions. */
@QuarkusTest
@QuarkusTestResource(WorkerStack.class)
class DryRunTest {

  private static final String TRANSACTIONS = "externalId,type,amount,currency,originExternalId";
  private static final String ENTITIES = "tax_id,type,suggested_name,country_code,external_id";

  @Inject Imports imports;
  @Inject Bell bell;
  private OrgId organization;

  @BeforeAll
  static void schema() {
    Imports.migrate();
  }

  @BeforeEach
  void anOrganization() {
    organization = imports.organization();
  }

  @ParameterizedTest
  @CsvSource({
    "CONTINUE_COLLECT_ERRORS, true, all",
    "CONTINUE_COLLECT_ERRORS, false, all",
    "STOP_KEEP_SUCCESS, true, bad",
    "STOP_KEEP_SUCCESS, false, duplicates",
    "STOP_KEEP_SUCCESS, true, references",
    "ROLLBACK_ALL, true, all",
    "ROLLBACK_ALL, true, duplicates",
    "ROLLBACK_ALL, false, duplicates",
    "ROLLBACK_ALL, true, references",
    // Found only while the job is applied.
    "ROLLBACK_ALL, false, across",
  })
  void theForecastIsWhatHappensInEveryMode(
      ErrorHandling handling, boolean skipDuplicates, String what) {
    // Given a transaction that is there already
    Import before = transactions(handling, true, List.of(List.of("live,PAYMENT,1,EUR,")));
    assertThat(ended(imports.submit(organization, before, false)).outcome())
        .isEqualTo("all_succeeded");
    Import job = transactions(handling, skipDuplicates, files(what));

    // When
    JobId forecastId = imports.submit(organization, job, true);
    JobView forecast = ended(forecastId);

    // Then
    assertThat(forecast.dryRun()).isTrue();
    assertThat(imports.records(organization)).isEqualTo(1);
    JobId realId = imports.submit(organization, job, false);
    JobView real = ended(realId);
    assertThat(forecast.status()).isEqualTo(real.status());
    assertThat(forecast.counts()).isEqualTo(real.counts());
    assertThat(forecast.failureCode()).isEqualTo(real.failureCode());
    assertThat(forecast.outcome()).isEqualTo(real.outcome());
    assertThat(imports.results(forecastId)).isNotEmpty().isEqualTo(imports.results(realId));
    assertThat(imports.records(organization)).isEqualTo(1 + real.counts().succeeded());
  }

  /** Wakes the worker first: nobody sends a ticket here. */
  private JobView ended(JobId id) {
    bell.ring();
    return imports.ended(organization, id);
  }

  private static List<List<String>> files(String what) {
    if (what.equals("across")) {
      return List.of(
          List.of(good("a")),
          List.of(good("b")),
          List.of(good("c")),
          List.of(good("d")),
          List.of(good("e"), good("b")),
          List.of(good("d"), good("f")));
    }
    String bad = what.equals("all") || what.equals("bad") ? "bad,PAYMENT,ten,EUR," : good("b");
    String broken =
        what.equals("all") || what.equals("references") ? "r,PAYMENT,1,EUR,nobody" : good("r");
    return List.of(
        List.of(good("a"), good("twice"), good("twice")),
        List.of(good("c")),
        List.of(good("live"), broken),
        List.of(good("d")),
        // The second transaction begins here.
        List.of(good("a"), good("e"), bad, good("f")),
        List.of(good("c"), good("e"), good("g")));
  }

  @Test
  void entitiesAreKnownByBothTheirKeysAcrossTransactions() {
    // Given
    Import job =
        entities(
            List.of(
                List.of("20123456,person,Ann,AR,"),
                List.of("22222222,person,Ann,AR,x-1"),
                List.of("23333333,person,Ann,AR,"),
                List.of("24444444,person,Ann,AR,"),
                List.of("20123456,person,Ann,AR,x-2", "25555555,person,Ann,AR,x-2"),
                List.of("26666666,person,Ann,AR,x-1", "26666666,person,Ann,AR,x-6")));

    // When
    JobId forecastId = imports.submit(organization, job, true);
    JobView forecast = ended(forecastId);

    // Then
    assertThat(imports.records(organization)).isZero();
    JobId realId = imports.submit(organization, job, false);
    JobView real = ended(realId);
    assertThat(forecast.counts()).isEqualTo(real.counts()).isEqualTo(new Counts(6, 1, 1));
    assertThat(imports.results(forecastId)).isEqualTo(imports.results(realId));
  }

  /**
   * Sixty small transactions that are written two at a time, with few keys among them: rows meet
   * rows of the transaction before, which is not committed yet. A dry run goes one by one.
   */
  @ParameterizedTest
  @CsvSource({
    "TRANSACTION, 1",
    "TRANSACTION, 2",
    "TRANSACTION, 3",
    "ENTITY, 4",
    "ENTITY, 5",
    "ENTITY, 6"
  })
  void theFirstRowOfAKeyWinsThoughTwoTransactionsAreWrittenAtATime(JobKind kind, long seed) {
    // Given
    Random random = new Random(seed);
    List<List<String>> files = new ArrayList<>();
    for (int file = 0; file < 240; file++) {
      List<String> rows = new ArrayList<>();
      for (int row = 0; row <= random.nextInt(3); row++) {
        rows.add(
            kind == JobKind.ENTITY
                ? "2%07d,%s,Ann,AR,%s"
                    .formatted(
                        file / 3 + random.nextInt(8),
                        random.nextInt(4) == 0 ? "company" : "person",
                        random.nextBoolean() ? "" : "x-" + (file / 3 + random.nextInt(8)))
                : good((random.nextInt(9) == 0 ? "," : "") + "t-" + (file + random.nextInt(12))));
      }
      files.add(rows);
    }
    Import job =
        kind == JobKind.ENTITY
            ? entities(files)
            : transactions(ErrorHandling.CONTINUE_COLLECT_ERRORS, seed != 2, files);

    // When
    JobId forecastId = imports.submit(organization, job, true);
    JobView forecast = ended(forecastId);

    // Then
    JobId realId = imports.submit(organization, job, false);
    JobView real = ended(realId);
    assertThat(imports.results(realId)).isNotEmpty().isEqualTo(imports.results(forecastId));
    assertThat(real.counts()).isEqualTo(forecast.counts());
    assertThat(real.counts().succeeded() + real.counts().failed() + real.counts().skipped())
        .isEqualTo(files.stream().mapToInt(List::size).sum());
    assertThat(imports.records(organization)).isEqualTo(real.counts().succeeded());
  }

  @Test
  void aWorkerThatTakesOverKnowsTheKeysOfTheChunksBefore() {
    // Given a dry run whose first four chunks another worker did
    Import job = transactions(ErrorHandling.CONTINUE_COLLECT_ERRORS, true, files("bad"));

    // When
    JobId id =
        imports.submit(
            organization,
            job,
            true,
            """
            UPDATE import_job SET status = 'running', phase = 'processing', next_chunk = 4, fence = 3,
                   succeeded = 5, failed = 1, skipped = 1, started_at = clock_timestamp() WHERE id = ?;
            INSERT INTO import_row_result (job_id, organization_id, file_number, row_number, outcome, code, message)
            SELECT j.id, j.organization_id, r.* FROM import_job j, (VALUES
                   (1, 4, 'skipped', 'SKIPPED_DUPLICATE_IN_FILE', 'm'), (2, 2, 'failed', 'PROCESSING_ERROR', 'm')) AS r
             WHERE j.id = ?
            """);
    JobView ended = ended(id);

    // Then "a" was taken by a row before, "c" was not, because its row had failed
    assertThat(ended.counts()).isEqualTo(new Counts(5 + 4, 1 + 1, 1 + 2));
    assertThat(imports.results(id))
        .anyMatch(result -> result.startsWith("5 2 skipped SKIPPED_DUPLICATE_IN_FILE"))
        .anyMatch(result -> result.startsWith("6 3 skipped SKIPPED_DUPLICATE_IN_FILE"))
        .noneMatch(result -> result.startsWith("6 2 "));
    assertThat(imports.records(organization)).isZero();
  }

  private static String good(String externalId) {
    return externalId + ",PAYMENT,1,EUR,";
  }

  private static Import transactions(
      ErrorHandling handling, boolean skipDuplicates, List<List<String>> files) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("executeRules", true);
    options.put("skipDuplicates", skipDuplicates);
    options.put("validateExistingEntity", true);
    return new Import(JobKind.TRANSACTION, handling, options, TRANSACTIONS, files);
  }

  private static Import entities(List<List<String>> files) {
    return new Import(
        JobKind.ENTITY,
        ErrorHandling.CONTINUE_COLLECT_ERRORS,
        JsonNodeFactory.instance.objectNode(),
        ENTITIES,
        files);
  }
}
