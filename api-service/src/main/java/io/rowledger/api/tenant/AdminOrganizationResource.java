package io.rowledger.api.tenant;

import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.Permission;
import io.rowledger.api.tenant.ApiKeyBodies.NewApiKey;
import io.rowledger.api.tenant.ApiKeyBodies.NewApiKeyAnswer;
import io.rowledger.api.tenant.OrganizationBodies.NewOrganization;
import io.rowledger.api.tenant.OrganizationBodies.OrganizationAnswer;
import io.rowledger.api.tenant.OrganizationBodies.OrganizationBody;
import io.rowledger.api.tenant.OrganizationBodies.OrganizationChange;
import io.rowledger.api.tenant.OrganizationBodies.OrganizationList;
import io.rowledger.api.wire.Ids;
import io.rowledger.api.wire.PageRequest;
import io.rowledger.api.wire.Texts;
import io.rowledger.core.tenant.OrgId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The operator's view: every organisation, its limits and its first keys. */
@Path("/admin/organizations")
@RolesAllowed(Permission.PLATFORM_ADMIN)
@Tag(name = "Administration")
class AdminOrganizationResource {

  private final Organizations organizations;
  private final ChangeOrganization change;
  private final RetentionConfig defaults;
  private final KeyIssuer issuer;

  AdminOrganizationResource(
      Organizations organizations,
      ChangeOrganization change,
      RetentionConfig defaults,
      KeyIssuer issuer) {
    this.organizations = organizations;
    this.change = change;
    this.defaults = defaults;
    this.issuer = issuer;
  }

  @GET
  @Operation(operationId = "listOrganizations", summary = "List organisations, newest first")
  public OrganizationList list(
      @RestQuery @Nullable @Pattern(regexp = Texts.CLEAN, message = Texts.CLEAN_MESSAGE)
          String orgKey,
      @RestQuery @Nullable String pageSize,
      @RestQuery @Nullable String pageToken) {
    PageRequest request = PageRequest.of(pageSize, pageToken);
    PageRequest.Page<Organization> page =
        request.page(organizations.list(request, orgKey), organization -> organization.id);
    return new OrganizationList(
        true,
        page.items().stream().map(found -> OrganizationBody.of(found, defaults)).toList(),
        page.nextPageToken());
  }

  @POST
  @APIResponse(
      responseCode = "201",
      description = "The organisation is there",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = OrganizationAnswer.class)))
  @ResponseStatus(201)
  @Operation(operationId = "createOrganization", summary = "Make an organisation")
  public OrganizationAnswer create(
      @RequestBody(
              content =
                  @Content(
                      examples =
                          @ExampleObject(
                              name = "smallest",
                              value = "{\"orgKey\": \"acme\", \"name\": \"Acme Ltd\"}")))
          @NotNull
          @Valid
          NewOrganization body) {
    return OrganizationAnswer.of(organizations.create(body), defaults);
  }

  @GET
  @Path("/{id}")
  @Operation(operationId = "getOrganization", summary = "Read an organisation")
  public OrganizationAnswer get(@RestPath String id) {
    return OrganizationAnswer.of(organizations.get(orgId(id)), defaults);
  }

  @PATCH
  @Path("/{id}")
  @Operation(
      operationId = "changeOrganization",
      summary = "Change name, features, limits, retention or who may read failures")
  public OrganizationAnswer change(
      @RestPath String id,
      @RequestBody(
              content =
                  @Content(
                      examples =
                          @ExampleObject(
                              name = "more rows",
                              value = "{\"limits\": {\"maxRowsPerFile\": 5000000}}")))
          @NotNull
          @Valid
          OrganizationChange body) {
    return OrganizationAnswer.of(change.any(orgId(id), body), defaults);
  }

  @POST
  @Path("/{id}/api-keys")
  @APIResponse(
      responseCode = "201",
      description = "The key, shown this once",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = NewApiKeyAnswer.class)))
  @ResponseStatus(201)
  @Operation(
      operationId = "createOrganizationApiKey",
      summary = "Make a key of an organisation, such as its first")
  public NewApiKeyAnswer createKey(@RestPath String id, @NotNull @Valid NewApiKey body) {
    Organization organization = organizations.get(orgId(id));
    return issuer.issue(new OrgId(organization.id), body, Permission.ALL);
  }

  private static OrgId orgId(String id) {
    return new OrgId(Ids.parse(id).orElseThrow(ProblemException::notFound));
  }
}
