package io.rowledger.api.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.rowledger.api.security.Tenant;
import io.rowledger.testkit.RowledgerStack;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may read failures, when the organisation is strict about it. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class StrictFailureAccessTest {

  private Tenant tenant;
  private String job;

  @BeforeEach
  void aJob() {
    tenant = Tenant.create();
    job = tenant.transactionJob();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/batch-import/transaction-jobs/{id}/failures",
        "/batch-import/transaction-jobs/{id}/failures.csv",
        "/batch-import/transaction-jobs/{id}/failures/summary",
        "/batch-import/jobs/{id}?include=failures",
      })
  void failuresNeedThePermissionOfTheirKind(String route) {
    // Given
    String other = tenant.key("entities:bulk_import", "events:create");
    String own = tenant.key("transactions:create");
    assertThat(Tenant.as(other).get(route, job).statusCode()).isEqualTo(200);

    // When
    strict(true);

    // Then
    Response refused = Tenant.as(other).get(route, job);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.<String>path("error.code")).isEqualTo("FORBIDDEN");
    assertThat(refused.<String>path("detail")).contains("transactions:create");
    assertThat(Tenant.as(own).get(route, job).statusCode()).isEqualTo(200);
  }

  @Test
  void theJobItselfStaysReadable() {
    strict(true);

    assertThat(Tenant.as(tenant.key("events:create")).get("/batch-import/jobs/" + job).statusCode())
        .isEqualTo(200);
  }

  @Test
  void aForeignJobIsNotThereRatherThanForbidden() {
    strict(true);
    String foreign = Tenant.create().transactionJob();

    assertThat(
            Tenant.as(tenant.key("events:create"))
                .get("/batch-import/transaction-jobs/{id}/failures", foreign)
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void theOrganisationDecidesAndCanChangeItsMind() {
    own("GET", null, false);
    strict(true);
    own("GET", null, true);
    own("PATCH", "{\"retentionDays\": 7}", true);
    strict(false);
    own("GET", null, false);
  }

  private void strict(boolean strict) {
    own("PATCH", "{\"strictFailureAccess\": " + strict + "}", strict);
  }

  private void own(String method, String body, boolean strict) {
    var request = Tenant.as(tenant.key("organization:manage"));
    if (body != null) {
      request.contentType(ContentType.JSON).body(body);
    }
    request
        .request(method, "/organization")
        .then()
        .statusCode(200)
        .body("organization.strictFailureAccess", equalTo(strict));
  }
}
