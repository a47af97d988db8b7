package io.rowledger.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.job.JobHistoryRepository.Place;
import io.rowledger.core.job.JobHistoryRepository.Query;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What PostgreSQL does for a page of one organisation's jobs among those of many. */
class JobHistoryRepositoryTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final JobFilter ALL =
      new JobFilter(List.of(), List.of(), null, null, null, null, null, null);
  private static OrgId organization = new OrgId(UUID.randomUUID());

  @BeforeAll
  static void manyJobsOfManyOrganizations() {
    for (int i = 0; i < 20; i++) {
      organization = DATABASE.organization();
      JobId job = DATABASE.job(organization, 1);
      DATABASE.execute(
          """
          INSERT INTO import_job (id, organization_id, upload_id, kind, total_items, chunk_count,
              error_handling, codec_version, created_by, mapping, label, created_at, status, phase,
              completed_at, succeeded)
          SELECT gen_random_uuid(), organization_id, upload_id, kind, total_items, chunk_count,
              error_handling, codec_version, created_by, mapping,
              CASE WHEN n %% 100 = 0 THEN 'label ' || n END,
              clock_timestamp() - n * interval '1 hour', 'completed', 'done', clock_timestamp(),
              total_items
            FROM import_job, generate_series(1, 1000) AS n WHERE id = '%s'
          """
              .formatted(job));
    }
    DATABASE.execute("ANALYZE import_job");
  }

  static Stream<Query> common() {
    Instant day = Instant.parse("2026-01-31T00:00:00Z");
    Place place = new Place(Instant.now(), new JobId(UUID.randomUUID()));
    return Stream.of(
            ALL,
            new JobFilter(
                List.of(JobKind.TRANSACTION), List.of(), null, null, null, null, null, null),
            new JobFilter(
                List.of(), List.of(JobStatus.COMPLETED), null, null, null, null, null, null),
            new JobFilter(List.of(), List.of(JobStatus.QUEUED), null, null, null, null, null, null),
            new JobFilter(List.of(), List.of(), day, day, null, null, null, null),
            new JobFilter(List.of(), List.of(), null, null, "label 100", null, null, null),
            new JobFilter(
                List.of(), List.of(), null, null, null, new JobId(UUID.randomUUID()), null, null),
            new JobFilter(List.of(), List.of(), null, null, null, null, true, null),
            new JobFilter(List.of(), List.of(), null, null, null, null, null, "a test"))
        .flatMap(
            filter ->
                Stream.of(
                    JobHistoryRepository.query(organization, filter, null, 51),
                    JobHistoryRepository.query(organization, filter, place, 51)));
  }

  @ParameterizedTest
  @MethodSource("common")
  void aPageNeverReadsTheJobsOfEverybody(Query query) {
    List<String> plan =
        DATABASE
            .database()
            .transaction(
                tx ->
                    tx.query(
                        "EXPLAIN " + query.sql(),
                        row -> row.getString(1),
                        query.parameters().toArray()));

    assertThat(plan).noneMatch(line -> line.contains("Seq Scan on import_job"));
  }
}
