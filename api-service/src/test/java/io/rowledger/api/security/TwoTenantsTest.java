package io.rowledger.api.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.sql.Database;
import io.rowledger.testkit.RowledgerStack;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One tenant asks for a thousand things of another, by their right names. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class TwoTenantsTest {

  private static final int ASKED = 1_000;
  private static final int EACH = 40;

  private final Database everything = Everything.database();

  /** Stands in everything that the other tenant has, and so in every byte that crosses. */
  private final String mark = "mark-" + UUID.randomUUID();

  private String key;
  private Map<String, List<String>> ids;

  @BeforeEach
  void oneTenantHasMuchAndOneHasNothing() {
    key = Tenant.create().fullKey();
    ids = fill(UUID.fromString(Tenant.create().id()));
  }

  @Test
  void aThousandIdsOfAnotherTenantLookLikeIdsThatDoNotExist() {
    List<Route> routes =
        RouteTable.ROUTES.stream().filter(route -> route.foreign() != null).toList();
    Map<Route, Map<String, Object>> unknown = new HashMap<>();
    routes.forEach(route -> unknown.put(route, refusal(route, UUID.randomUUID().toString())));
    Random random = new Random(4);

    for (int i = 0; i < ASKED; i++) {
      Route route = routes.get(i % routes.size());
      List<String> candidates = ids.get(kindOfId(route.path()));
      String id = candidates.get(random.nextInt(candidates.size()));

      assertThat(refusal(route, id)).as(route + " " + id).isEqualTo(unknown.get(route));
    }
    assertThat(contents()).as("all is as it was").isEqualTo(before);
  }

  @Test
  void aDeliveryOfAnotherTenantIsNotSentAgain() {
    for (int i = 0; i < EACH; i++) {
      Response answer =
          Tenant.as(key)
              .post(
                  "/batch-import/webhooks/{id}/deliveries/{event}/redeliver",
                  ids.get("webhook").get(i),
                  ids.get("event").get(i));

      assertThat(answer.statusCode()).isEqualTo(404);
    }
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void idsInBodiesLookLikeIdsThatDoNotExist() {
    for (String field : List.of("mappingId", "retryOf", "after")) {
      List<String> candidates = ids.get(field.equals("mappingId") ? "mapping" : "job");
      Response unknown = upload(field, UUID.randomUUID().toString());
      assertThat(unknown.statusCode()).as(field).isBetween(400, 499);
      for (String id : candidates.subList(0, 5)) {
        Response answer = upload(field, id);

        assertThat(answer.statusCode()).as(field).isEqualTo(unknown.statusCode());
        assertThat(comparable(answer)).as(field).isEqualTo(comparable(unknown));
      }
    }
  }

  @Test
  void listsHaveNothingOfAnotherTenant() {
    for (String path :
        List.of(
            "/batch-import/jobs",
            "/batch-import/history",
            "/batch-import/mappings",
            "/batch-import/webhooks",
            "/api-keys",
            "/organization",
            "/entities",
            "/transactions",
            "/events/user")) {
      Response answer = Tenant.as(key).get(path);

      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.asString()).as(path).doesNotContain(mark);
    }
  }

  private Response upload(String field, String id) {
    RequestSpecification request =
        Tenant.as(key)
            .multiPart("batchErrorHandling", "continue_collect_errors")
            .multiPart(field, id);
    if (!field.equals("mappingId")) {
      request.multiPart("columnMapping", "{\"a\": \"externalId\"}");
    }
    return request
        .multiPart("file", "a.csv", "a\n1\n".getBytes(UTF_8))
        .post("/batch-import/import/transactions");
  }

  private Map<String, Object> refusal(Route route, String id) {
    RequestSpecification request = Tenant.as(key).urlEncodingEnabled(false);
    if (route.body() != null) {
      request.contentType(ContentType.JSON).body(route.body());
    }
    Response answer = request.request(route.method(), route.pathWith(id));
    assertThat(answer.statusCode()).as(route.toString()).isEqualTo(404);
    assertThat(answer.asString()).doesNotContain(mark);
    return comparable(answer);
  }

  private static Map<String, Object> comparable(Response answer) {
    Map<String, Object> body = new LinkedHashMap<>(answer.<Map<String, Object>>path(""));
    body.remove("instance");
    body.remove("requestId");
    return body;
  }

  private static String kindOfId(String path) {
    if (path.contains("/external/")) {
      return "externalId";
    }
    if (path.contains("/mappings/")) {
      return "mapping";
    }
    if (path.contains("/api-keys/")) {
      return "key";
    }
    if (path.contains("/webhooks/")) {
      return "webhook";
    }
    if (path.contains("entity-jobs") || path.contains("/entities/")) {
      return "entityJob";
    }
    return path.contains("user-event-jobs") ? "userEventJob" : "job";
  }

  private String before = "";

  /** Whether anything of the other tenant was changed. */
  private String contents() {
    return everything.transaction(
        tx ->
            tx.queryOne(
                    """
                    SELECT concat((SELECT count(*) FROM import_job WHERE created_by = $1 AND status = 'completed'
                                      AND NOT jsonb_exists(metadata, 'dataErasedAt')), ' ',
                                  (SELECT count(*) FROM mapping WHERE name = $1 AND version = 1), ' ',
                                  (SELECT count(*) FROM api_key WHERE name = $1), ' ',
                                  (SELECT count(*) FROM webhook WHERE created_by = $1 AND previous_secret IS NULL
                                      AND updated_at = 'epoch'), ' ',
                                  (SELECT count(*) FROM webhook_delivery WHERE data = $1 AND state = 'delivered'))
                    """
                        .replace("$1", "'" + mark + "'"),
                    row -> row.getString(1))
                .orElseThrow());
  }

  private Map<String, List<String>> fill(UUID organization) {
    Map<String, List<String>> made = new HashMap<>();
    made.put("job", jobs(organization, "transaction_batch"));
    made.put("entityJob", jobs(organization, "entity_automatic"));
    made.put("userEventJob", jobs(organization, "user_event_batch"));
    made.put(
        "mapping",
        many(
            """
            INSERT INTO mapping (id, organization_id, name, target, column_mapping)
            SELECT gen_random_uuid(), ?, ?, 'transaction', '{"a": "externalId"}' FROM generate_series(1, ?) RETURNING id
            """,
            organization));
    made.put(
        "key",
        many(
            """
            INSERT INTO api_key (id, organization_id, name, key_hash, permissions)
            SELECT gen_random_uuid(), ?, ?, sha256(gen_random_uuid()::text::bytea), '{}' FROM generate_series(1, ?) RETURNING id
            """,
            organization));
    made.put(
        "webhook",
        many(
            """
            INSERT INTO webhook (id, organization_id, created_by, url, master_key_id, sealed_secret, updated_at)
            SELECT gen_random_uuid(), ?, ?, 'https://example.com', '1', 'x', 'epoch' FROM generate_series(1, ?) RETURNING id
            """,
            organization));
    made.put(
        "externalId",
        many(
            """
            INSERT INTO transactions (id, organization_id, description, job_id, file_number, row_number, external_id, type,
                                      amount, currency, status, transacted_at)
            SELECT gen_random_uuid(), ?, ?, gen_random_uuid(), 1, 2, 'x-' || gen_random_uuid(), 'PAYMENT', 1, 'USD', 'CREATED',
                   clock_timestamp() FROM generate_series(1, ?) RETURNING external_id
            """,
            organization));
    made.put(
        "event",
        many(
            """
            WITH o AS (SELECT ?::uuid AS id, ?::text AS mark, ?::int AS most)
            INSERT INTO webhook_delivery (webhook_id, event_id, organization_id, event_type, data, state, completed_at)
            SELECT w.id, gen_random_uuid(), o.id, 't', o.mark, 'delivered', clock_timestamp()
              FROM o JOIN webhook w ON w.organization_id = o.id LIMIT (SELECT most FROM o) RETURNING event_id
            """,
            organization));
    before = contents();
    return made;
  }

  private List<String> jobs(UUID organization, String kind) {
    List<String> jobs =
        many(
            """
            WITH o AS (SELECT ?::uuid AS id, ?::text AS mark, ?::int AS most),
            u AS (INSERT INTO upload (id, organization_id, interpretation, topic, master_key_id, sealed_key, expires_at)
                  SELECT gen_random_uuid(), o.id, '[]', 'none', '1', 'x', clock_timestamp() + interval '1 day'
                    FROM o, generate_series(1, o.most) RETURNING id)
            INSERT INTO import_job (id, organization_id, upload_id, kind, status, phase, total_items, failed, chunk_count,
                                    next_chunk, error_handling, mapping, codec_version, created_by, completed_at)
            SELECT gen_random_uuid(), o.id, u.id, '%s', 'completed', 'done', 1, 1, 1, 1, 'continue_collect_errors',
                   '{}', 1, o.mark, clock_timestamp() FROM o, u RETURNING id
            """
                .formatted(kind),
            organization);
    everything.run(
        tx ->
            tx.update(
                """
                INSERT INTO import_row_result (job_id, organization_id, file_number, row_number, outcome, code, message, value)
                SELECT id, organization_id, 1, 2, 'failed', 'REQUIRED_FIELD', created_by, created_by
                  FROM import_job WHERE organization_id = ? AND kind = ?
                """,
                organization,
                kind));
    return jobs;
  }

  private List<String> many(String sql, UUID organization) {
    return everything.transaction(
        tx -> tx.query(sql, row -> row.getString(1), organization, mark, EACH));
  }
}
