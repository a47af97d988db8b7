package io.rowledger.api.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.rowledger.api.security.Tenant;
import io.rowledger.testkit.RowledgerStack;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class OrganizationApiTest {

  private Tenant tenant;

  @BeforeEach
  void createTenant() {
    tenant = Tenant.create();
  }

  @Test
  void aNewOrganisationHasTheDefaults() {
    own()
        .body("success", equalTo(true))
        .body("organization.orgKey", equalTo(tenant.orgKey()))
        .body("organization.limits.maxRowsPerFile", equalTo(1_000_000))
        .body("organization.limits.maxBytes", equalTo(2_147_483_648L))
        .body("organization.limits.maxOpenJobs", equalTo(100))
        .body("organization.retentionDays", equalTo(30))
        .body("organization.features", hasSize(0))
        .body(
            "organization.createdAt",
            matchesPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"));
  }

  @Test
  void theOperatorChangesLimitsAndFeaturesAndTheRestStays() {
    // When
    Tenant.as(Tenant.ADMIN_KEY)
        .contentType(ContentType.JSON)
        .body("{\"limits\": {\"maxRowsPerFile\": 5}, \"features\": [\"automatic\"]}")
        .patch("/admin/organizations/{id}", tenant.id())
        .then()
        .statusCode(200)
        .body("organization.limits.maxRowsPerFile", equalTo(5));

    // Then
    own()
        .body("organization.limits.maxRowsPerFile", equalTo(5))
        .body("organization.limits.maxOpenJobs", equalTo(100))
        .body("organization.features", contains("automatic"));
  }

  @Test
  void theOrganisationChangesItsRetentionButNotItsLimits() {
    change("{\"retentionDays\": 7}").statusCode(200).body("organization.retentionDays", equalTo(7));
    change("{\"limits\": {\"maxRowsPerFile\": 5}}")
        .statusCode(400)
        .body("error.details.field", contains("limits"));
    change("{\"features\": []}").statusCode(400).body("error.details.field", contains("features"));
    own().body("organization.retentionDays", equalTo(7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"name\": \"n\"}|orgKey",
        "{\"orgKey\": \" \", \"name\": \"n\"}|orgKey",
        "{\"orgKey\": \"k\"}|name",
        "{\"orgKey\": \"k\", \"name\": \"n\", \"retentionDays\": 0}|retentionDays",
        "{\"orgKey\": \"k\", \"name\": \"n\", \"limits\": {\"maxBytes\": 0}}|limits.maxBytes",
        "{\"orgKey\": \"k\", \"name\": \"n\", \"features\": [\"A b\"]}|features[0]",
        "{\"orgKey\": \"k\", \"name\": \"n\", \"features\": [null]}|features[0]",
        "{\"orgKey\": \"\\u0000\", \"name\": \"n\"}|orgKey",
      })
  void aWrongOrganisationIsRefusedByField(String body, String field) {
    create(body).statusCode(400).body("error.details.field", contains(field));
  }

  @Test
  void oneKeyOneOrganisation() {
    create("{\"orgKey\": \"%s\", \"name\": \"n\"}".formatted(tenant.orgKey()))
        .statusCode(409)
        .body("error.code", equalTo("CONFLICT"));
  }

  @Test
  void theListIsPagedNewestFirst() {
    // Given
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      made.add(0, Tenant.create().id());
    }

    // When
    List<String> seen = new ArrayList<>();
    String token = null;
    do {
      ValidatableResponse page =
          Tenant.as(Tenant.ADMIN_KEY)
              .queryParams(
                  token == null
                      ? java.util.Map.of("pageSize", 2)
                      : java.util.Map.of("pageSize", 2, "pageToken", token))
              .get("/admin/organizations")
              .then()
              .statusCode(200);
      seen.addAll(page.extract().path("organizations.id"));
      token = page.extract().path("nextPageToken");
    } while (token != null);

    // Then
    assertThat(seen).doesNotHaveDuplicates().startsWith(made.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({"pageSize, 0", "pageSize, 501", "pageSize, x", "pageToken, x", "pageToken, %"})
  void aWrongPageIsRefused(String parameter, String value) {
    Tenant.as(Tenant.ADMIN_KEY)
        .queryParam(parameter, value)
        .get("/admin/organizations")
        .then()
        .statusCode(400)
        .body("error.details.field", contains(parameter));
  }

  private ValidatableResponse own() {
    return Tenant.as(tenant.fullKey()).get("/organization").then().statusCode(200);
  }

  private ValidatableResponse change(String body) {
    return Tenant.as(tenant.fullKey())
        .contentType(ContentType.JSON)
        .body(body)
        .patch("/organization")
        .then();
  }

  private static ValidatableResponse create(String body) {
    return Tenant.as(Tenant.ADMIN_KEY)
        .contentType(ContentType.JSON)
        .body(body)
        .post("/admin/organizations")
        .then();
  }
}
