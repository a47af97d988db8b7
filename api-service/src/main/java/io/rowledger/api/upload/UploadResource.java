package io.rowledger.api.upload;

import io.rowledger.api.description.ApiDescription;
import io.rowledger.api.intake.Admitted;
import io.rowledger.api.mail.MailConfig;
import io.rowledger.api.mapping.SavedMappings;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.api.tenant.Organizations;
import io.rowledger.api.tenant.TenantLimits;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;
import org.jspecify.annotations.Nullable;

/** Takes files in and answers 202 with the id of the job that imports them. */
@Path("/")
@Tag(name = "Uploads")
@Admitted
@Produces(MediaType.APPLICATION_JSON)
class UploadResource {

  private final Acceptance acceptance;
  private final Organizations tenants;
  private final SavedMappings mappings;
  private final Caller caller;
  private final MailConfig mail;

  UploadResource(
      Acceptance acceptance,
      Organizations tenants,
      SavedMappings mappings,
      Caller caller,
      MailConfig mail) {
    this.acceptance = acceptance;
    this.tenants = tenants;
    this.mappings = mappings;
    this.caller = caller;
    this.mail = mail;
  }

  @POST
  @Path("/batch-import/import/transactions")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @RolesAllowed(Permission.TRANSACTIONS_CREATE)
  @Operation(
      operationId = "importTransactions",
      summary = "Import transactions from 1 to 5 files",
      description =
          "CSV, .xlsx, JSON or NDJSON. Every row of a 202 is durable, and has an outcome when the"
              + " job ends.")
  @Parameter(ref = ApiDescription.IDEMPOTENCY_KEY)
  @APIResponse(responseCode = "202", ref = ApiDescription.ACCEPTED)
  public Response transactions(
      @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.MULTIPART_FORM_DATA,
                      schema = @Schema(implementation = UploadForms.Transactions.class)))
          MultipartFormDataInput input,
      @Parameter(description = UploadForms.VALIDATE_GAP) @QueryParam("validateGap")
          @Nullable String validateGap) {
    boolean gap = isTrue(validateGap, "validateGap");
    return accepted(
        TransactionForm.read(UploadForm.of(input, TransactionForm.MAX_FILES), mappings)
            .validatingGap(gap));
  }

  @POST
  @Path("/transactions/batch/upload")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @RolesAllowed(Permission.TRANSACTIONS_CREATE)
  @Operation(
      operationId = "uploadTransactions",
      summary = "Import transactions from 1 to 5 files",
      description =
          "The same as POST /batch-import/import/transactions; they share their idempotency keys.")
  @Parameter(ref = ApiDescription.IDEMPOTENCY_KEY)
  @APIResponse(responseCode = "202", ref = ApiDescription.ACCEPTED)
  public Response transactionsAlias(
      @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.MULTIPART_FORM_DATA,
                      schema = @Schema(implementation = UploadForms.Transactions.class)))
          MultipartFormDataInput input,
      @Parameter(description = UploadForms.VALIDATE_GAP) @QueryParam("validateGap")
          @Nullable String validateGap) {
    return transactions(input, validateGap);
  }

  @POST
  @Path("/batch-import/import/entities")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @RolesAllowed(Permission.ENTITIES_BULK_IMPORT)
  @Operation(
      operationId = "importEntities",
      summary = "Import entities from a file",
      description =
          "CSV, .xlsx, JSON or NDJSON. Every row of a 202 is durable, and has an outcome when the"
              + " job ends.")
  @Parameter(ref = ApiDescription.IDEMPOTENCY_KEY)
  @APIResponse(responseCode = "202", ref = ApiDescription.ACCEPTED)
  public Response entities(
      @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.MULTIPART_FORM_DATA,
                      schema = @Schema(implementation = UploadForms.Entities.class)))
          MultipartFormDataInput input) {
    TenantLimits limits = tenants.limits(caller.organization());
    return accepted(
        EntityForm.read(UploadForm.of(input, EntityForm.MAX_FILES), limits, mappings, mail.on()),
        limits);
  }

  @POST
  @Path("/batch-import/import/user-events")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @RolesAllowed(Permission.EVENTS_CREATE)
  @Operation(
      operationId = "importUserEvents",
      summary = "Import user events from a file",
      description =
          "CSV, JSON or NDJSON. Every row of a 202 is durable, and has an outcome when the job"
              + " ends.")
  @Parameter(ref = ApiDescription.IDEMPOTENCY_KEY)
  @APIResponse(responseCode = "202", ref = ApiDescription.ACCEPTED)
  public Response userEvents(
      @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.MULTIPART_FORM_DATA,
                      schema = @Schema(implementation = UploadForms.UserEvents.class)))
          MultipartFormDataInput input) {
    return accepted(UserEventForm.read(UploadForm.of(input, UserEventForm.MAX_FILES), mappings));
  }

  private Response accepted(ImportRequest request) {
    return accepted(request, tenants.limits(caller.organization()));
  }

  private Response accepted(ImportRequest request, TenantLimits limits) {
    String operation = Acceptance.upload(request.kind());
    return Acceptance.response(acceptance.accept(operation, request, limits));
  }

  private static boolean isTrue(@Nullable String value, String parameter) {
    if (value != null && !value.equals("true") && !value.equals("false")) {
      throw UploadForm.invalid(parameter, parameter + " must be true or false.");
    }
    return "true".equals(value);
  }
}
