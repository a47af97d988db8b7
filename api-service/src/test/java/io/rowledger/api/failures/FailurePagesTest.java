package io.rowledger.api.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All failures, page by page. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class FailurePagesTest {

  final Database database = Everything.database();
  private Tenant tenant;
  private String key;

  @BeforeEach
  void aTenant() {
    tenant = Tenant.create();
    key = tenant.fullKey();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 10, 20, 5000})
  void everyFailureIsOnOnePage(int pageSize) {
    // Given
    String job = tenant.transactionJob();
    rows(job, 1, 1, 10, "failed", "VALIDATION_ERROR");
    rows(job, 1, 11, 20, "skipped", "SKIPPED_DUPLICATE_EXTERNAL_ID");
    rows(job, 2, 1, 10, "failed", "VALIDATION_ERROR");

    // When
    List<Response> pages = pages(transactions(job), pageSize);

    // Then
    assertThat(rows(pages, "failures"))
        .containsExactlyElementsOf(
            IntStream.range(0, 20).mapToObj(i -> (i / 10 + 1) + ":" + (i % 10 + 1)).toList());
    assertThat(pages)
        .allSatisfy(
            page ->
                assertThat(page.<Boolean>path("truncated"))
                    .isEqualTo(page.path("nextPageToken") != null));
  }

  @Test
  void oneTokenLeadsThroughFailuresAndSkips() {
    // Given
    String job = tenant.entityJob();
    rows(job, 1, 1, 3, "failed", "VALIDATION_ERROR");
    rows(job, 1, 4, 12, "skipped", "SKIPPED_DUPLICATE_TAX_ID");

    // When
    List<Response> pages = pages("/batch-import/entity-jobs/" + job + "/failures", 4);

    // Then
    assertThat(pages).hasSize(3);
    assertThat(rows(pages, "failures")).containsExactly("1:1", "1:2", "1:3");
    assertThat(rows(pages, "skips"))
        .containsExactlyElementsOf(IntStream.rangeClosed(4, 12).mapToObj(i -> "1:" + i).toList());
  }

  @Test
  void theFirstFiveHundredLeadToTheRest() {
    // Given
    String job = tenant.transactionJob();
    rows(job, 1, 1, 501, "failed", "VALIDATION_ERROR");
    Response first = Tenant.as(key).get(transactions(job));
    assertThat(first.<List<Object>>path("failures")).hasSize(500);
    String included =
        Tenant.as(key).get("/batch-import/jobs/" + job + "?include=failures").path("nextPageToken");
    assertThat(included).isEqualTo(first.<String>path("nextPageToken"));

    // When
    Response second = Tenant.as(key).queryParam("pageToken", included).get(transactions(job));

    // Then
    assertThat(second.<List<Integer>>path("failures.rowNumber")).containsExactly(501);
    assertThat(second.<String>path("nextPageToken")).isNull();
  }

  @Test
  void whatFailsMeanwhileIsOnALaterPage() {
    // Given
    String job = tenant.transactionJob();
    rows(job, 1, 1, 3, "failed", "VALIDATION_ERROR");
    String token =
        Tenant.as(key).queryParam("pageSize", 2).get(transactions(job)).path("nextPageToken");

    // When
    rows(job, 1, 4, 5, "failed", "VALIDATION_ERROR");

    // Then
    assertThat(
            Tenant.as(key)
                .queryParam("pageToken", token)
                .get(transactions(job))
                .<List<Integer>>path("failures.rowNumber"))
        .containsExactly(3, 4, 5);
  }

  @ParameterizedTest
  @CsvSource({
    "pageSize, 0",
    "pageSize, -1",
    "pageSize, 5001",
    "pageSize, x",
    "pageToken, x",
    "pageToken, '%'",
    "pageToken, AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
  })
  void aWrongPageIsRefused(String parameter, String value) {
    Response answer =
        Tenant.as(key).queryParam(parameter, value).get(transactions(tenant.transactionJob()));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.<List<String>>path("error.details.field")).containsExactly(parameter);
  }

  @Test
  void theTokenOfAnotherJobIsRefused() {
    String job = tenant.transactionJob();
    rows(job, 1, 1, 3, "failed", "VALIDATION_ERROR");
    String token =
        Tenant.as(key).queryParam("pageSize", 2).get(transactions(job)).path("nextPageToken");

    assertThat(
            Tenant.as(key)
                .queryParam("pageToken", token)
                .get(transactions(tenant.transactionJob()))
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void parametersThatNobodyKnowsAreIgnored() {
    assertThat(
            Tenant.as(key)
                .get(transactions(tenant.transactionJob()) + "?limit=3&x&pageToken=")
                .statusCode())
        .isEqualTo(200);
  }

  private List<Response> pages(String route, int pageSize) {
    List<Response> pages = new ArrayList<>();
    Map<String, Object> query = new HashMap<>(Map.of("pageSize", pageSize));
    do {
      Response page = Tenant.as(key).queryParams(query).get(route);
      assertThat(page.statusCode()).isEqualTo(200);
      pages.add(page);
      query.put("pageToken", page.path("nextPageToken"));
    } while (query.get("pageToken") != null);
    return pages;
  }

  private static List<String> rows(List<Response> pages, String list) {
    return pages.stream()
        .flatMap(page -> page.<List<Map<String, Object>>>path(list).stream())
        .map(item -> item.get("fileNumber") + ":" + item.get("rowNumber"))
        .toList();
  }

  private static String transactions(String job) {
    return "/batch-import/transaction-jobs/" + job + "/failures";
  }

  private void rows(String job, int file, int from, int to, String outcome, String code) {
    database.run(
        tx ->
            tx.update(
                """
                INSERT INTO import_row_result (job_id, file_number, row_number, organization_id,
                                               outcome, code, message)
                SELECT ?::uuid, ?, n, ?::uuid, ?, ?, 'm' FROM generate_series(?, ?) AS n
                """,
                job,
                file,
                tenant.id(),
                outcome,
                code,
                from,
                to));
  }
}
