package io.rowledger.api.tenant;

import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.api.tenant.OrganizationBodies.OrganizationAnswer;
import io.rowledger.api.tenant.OrganizationBodies.OwnOrganizationChange;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The caller's own organisation. */
@Path("/organization")
@RolesAllowed(Permission.ORGANIZATION_MANAGE)
@Tag(name = "Organisation")
class OrganizationResource {

  private final Organizations organizations;
  private final ChangeOrganization change;
  private final RetentionConfig defaults;
  private final Caller caller;

  OrganizationResource(
      Organizations organizations,
      ChangeOrganization change,
      RetentionConfig defaults,
      Caller caller) {
    this.organizations = organizations;
    this.change = change;
    this.defaults = defaults;
    this.caller = caller;
  }

  @GET
  @Operation(operationId = "getOwnOrganization", summary = "Read the caller's organisation")
  public OrganizationAnswer get() {
    return OrganizationAnswer.of(organizations.get(caller.organization()), defaults);
  }

  @PATCH
  @Operation(
      operationId = "changeOwnOrganization",
      summary = "Change name, retention or who may read failures",
      description =
          "Limits and features are the operator's: sending them is a 400. A shorter retentionDays"
              + " also shortens the time of rows that are there; a longer one is for uploads to"
              + " come.")
  public OrganizationAnswer change(
      @RequestBody(
              content =
                  @Content(
                      examples =
                          @ExampleObject(
                              name = "retention",
                              value = "{\"retentionDays\": 14, \"strictFailureAccess\": true}")))
          @NotNull
          @Valid
          OwnOrganizationChange body) {
    return OrganizationAnswer.of(change.own(caller.organization(), body.asChange()), defaults);
  }
}
