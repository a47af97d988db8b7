package io.rowledger.api.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class HistoryTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  final Database database = Everything.database();
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/batch-import/history", "/batch-import/jobs"})
  void newestFirstAndAsTheStatusRouteShowsThem(String route) {
    // Given
    String first = tenant.transactionJob();
    String second = tenant.entityJob();
    Tenant.create().transactionJob();

    // When
    Response answer = Tenant.as(key).get(route);

    // Then
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
    JsonNode body = read(answer);
    assertThat(body.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("success", "jobs", "nextPageToken");
    assertThat(body.get("nextPageToken").isNull()).isTrue();
    assertThat(body.get("jobs")).containsExactly(status(second), status(first));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "kind=&label=&from=|a b c d",
        "kind=transaction_batch|a b d",
        "kind=entity_automatic|c",
        "kind=entity_automatic,user_event_batch|c",
        "kind=user_event_batch|",
        "status=queued|a",
        "status=failed,cancelled|b d",
        "status=running|",
        "label=May|a",
        "label=may|",
        "dryRun=true|b",
        "dryRun=false|a c d",
        "createdBy=somebody|c",
        "createdBy=a test|a b d",
        "retryOf={b}|d",
        "from=2026-01-02|b c d",
        "from=2026-01-02T12:00:00.123Z|b c d",
        "from=2026-01-02T12:00:00.124Z|c d",
        "to=2026-01-02|a b",
        "to=2026-01-02T12:00:00.123Z|a b",
        "to=2026-01-02T12:00:00.122Z|a",
        "to=2026-01-02T09:00:00.123-03:00|a b",
        "from=2026-01-02&to=2026-01-03&kind=entity_automatic|c",
        "unknown=x|a b c d",
      })
  void filters(String query, String expected) {
    // Given
    String a = job("transaction", "label = 'May', created_at = '2026-01-01T12:00:00Z'");
    String b =
        job(
            "transaction",
            """
            dry_run = true, created_at = '2026-01-02T12:00:00.123456Z', status = 'cancelled',
            phase = 'done', completed_at = clock_timestamp()
            """);
    String c =
        job(
            "entity",
            """
            created_by = 'somebody', created_at = '2026-01-03T12:00:00Z', status = 'completed',
            phase = 'done', completed_at = clock_timestamp(), succeeded = 1
            """);
    String d =
        job(
            "transaction",
            """
            retry_of = '%s', created_at = '2026-01-04T12:00:00Z', status = 'failed',
            phase = 'done', completed_at = clock_timestamp(), failure_code = 'INTERNAL_ERROR'
            """
                .formatted(b));
    Map<String, String> names = Map.of(a, "a", b, "b", c, "c", d, "d");

    // When
    Response answer = Tenant.as(key).get("/batch-import/history?" + query.replace("{b}", b));

    // Then
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    assertThat(answer.<List<String>>path("jobs.jobId").stream().map(names::get).sorted())
        .containsExactlyElementsOf(
            expected == null ? List.of() : Arrays.asList(expected.split(" ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind|transactions",
        "kind|transaction_batch,",
        "kind|TRANSACTION_BATCH",
        "status|done",
        "status|queued,,failed",
        "from|yesterday",
        "from|2026-02-30",
        "from|2026-01-31T12:00:00",
        "from|2026-01-31T12:00:00 01:00",
        "from|+999999999-01-01T00:00:00Z",
        "from|-0001-01-01T00:00:00Z",
        "to|31.01.2026",
        "label|a\u0000b",
        "retryOf|1",
        "retryOf|nonsense",
        "dryRun|yes",
        "createdBy|x\u0000y",
        "pageSize|0",
        "pageSize|201",
        "pageSize|x",
        "pageToken|x",
        "pageToken|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "pageToken|f_________________________________________w",
      })
  void whatCannotBeReadIsRefusedByItsName(String parameter, String value) {
    Response answer = Tenant.as(key).queryParam(parameter, value).get("/batch-import/history");

    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(400);
    assertThat(answer.<String>path("error.code")).isEqualTo("VALIDATION_ERROR");
    assertThat(answer.<List<String>>path("error.details.field")).containsExactly(parameter);
  }

  @Test
  void aListCanAlsoBeGivenOneByOne() {
    String a = job("transaction", "label = 'a'");
    String b = job("entity", "label = 'b'");

    Response answer =
        Tenant.as(key)
            .queryParam("kind", "transaction_batch", "entity_automatic")
            .get("/batch-import/history");

    assertThat(answer.<List<String>>path("jobs.jobId")).containsExactly(b, a);
  }

  @Test
  void anEndBeforeItsBeginningIsRefused() {
    Response answer = Tenant.as(key).get("/batch-import/history?from=2026-01-03&to=2026-01-02");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.<List<String>>path("error.details.field")).containsExactly("to");
  }

  @Test
  void everyJobIsOnOnePageWhileOthersCome() {
    // Given
    jobs(300, "clock_timestamp() - n / 3 * interval '1 second'");
    List<String> there = ids();
    assertThat(there).hasSize(300);

    // When
    List<String> seen = new ArrayList<>();
    Map<String, Object> query = new HashMap<>(Map.of("pageSize", 7));
    do {
      Response page = Tenant.as(key).queryParams(query).get("/batch-import/jobs");
      assertThat(page.statusCode()).isEqualTo(200);
      seen.addAll(page.path("jobs.jobId"));
      query.put("pageToken", page.path("nextPageToken"));
      jobs(1, "clock_timestamp()");
    } while (query.get("pageToken") != null);

    // Then
    assertThat(seen).containsExactlyElementsOf(there);
  }

  @Test
  void aPageWithOtherFiltersIsRefused() {
    // Given
    jobs(3, "clock_timestamp()");
    String token =
        Tenant.as(key)
            .get("/batch-import/history?pageSize=1&status=queued,running")
            .path("nextPageToken");

    // When
    Response same =
        Tenant.as(key).get("/batch-import/jobs?status=running,queued&pageToken=" + token);
    Response other = Tenant.as(key).get("/batch-import/history?status=queued&pageToken=" + token);

    // Then
    assertThat(same.<List<String>>path("jobs.jobId")).hasSize(2);
    assertThat(other.statusCode()).isEqualTo(400);
    assertThat(other.<List<String>>path("error.details.field")).containsExactly("pageToken");
  }

  @Test
  void fiftyIsAPage() {
    jobs(51, "clock_timestamp()");

    assertThat(Tenant.as(key).get("/batch-import/history").<List<String>>path("jobs.jobId"))
        .hasSize(50);
  }

  private JsonNode status(String job) {
    return read(Tenant.as(key).get("/batch-import/jobs/" + job)).get("job");
  }

  private String job(String kind, String assignments) {
    String job = kind.equals("entity") ? tenant.entityJob() : tenant.transactionJob();
    database.run(
        tx -> tx.update("UPDATE import_job SET " + assignments + " WHERE id = ?::uuid", job));
    return job;
  }

  /** Several of one moment, so that the id has to decide. */
  private void jobs(int count, String createdAt) {
    database.run(
        tx ->
            tx.update(
                """
                WITH u AS (
                    INSERT INTO upload (id, organization_id, interpretation, topic, master_key_id, expires_at)
                    VALUES (gen_random_uuid(), ?::uuid, '{}', 'none', '1', clock_timestamp() + interval '1 day')
                    RETURNING id, organization_id)
                INSERT INTO import_job (id, organization_id, upload_id, kind, total_items, chunk_count,
                                        error_handling, mapping, codec_version, created_by, created_at)
                SELECT gen_random_uuid(), organization_id, id, 'transaction_batch', 1, 1, 'rollback_all', '{}',
                       1, 'a test', %s
                  FROM u, generate_series(1, ?) AS n
                """
                    .formatted(createdAt),
                tenant.id(),
                count));
  }

  private List<String> ids() {
    return database.transaction(
        tx ->
            tx.query(
                """
                SELECT id FROM import_job WHERE organization_id = ?::uuid
                 ORDER BY created_at DESC, id DESC
                """,
                row -> row.getString(1),
                tenant.id()));
  }

  private static JsonNode read(Response answer) {
    try {
      return JSON.readTree(answer.asString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
