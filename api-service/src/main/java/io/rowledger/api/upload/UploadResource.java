package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.api.tenant.Organizations;
import io.rowledger.api.tenant.TenantLimits;
import io.rowledger.core.job.JobView;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;

/** Takes files in and answers 202 with the id of the job that imports them. */
@Path("/")
@Tag(name = "Uploads")
@Produces(MediaType.APPLICATION_JSON)
class UploadResource {

  private static final String ACCEPTED =
      """
      {"success": true, "jobId": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e", "kind": "transaction_batch",
       "status": "queued", "totalItems": 45, "fileCount": 1,
       "message": "45 rows are queued.", "interpretation": []}
      """;

  private final AcceptImport accept;
  private final Organizations tenants;
  private final Caller caller;

  UploadResource(AcceptImport accept, Organizations tenants, Caller caller) {
    this.accept = accept;
    this.tenants = tenants;
    this.caller = caller;
  }

  @POST
  @Path("/batch-import/import/transactions")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @RolesAllowed(Permission.TRANSACTIONS_CREATE)
  @Operation(
      summary = "Import transactions from 1 to 5 files",
      description =
          "CSV, .xlsx, JSON or NDJSON. Every row of a 202 is durable, and has an outcome when the job ends.")
  @APIResponse(
      responseCode = "202",
      description = "Every row is durable and the job is queued.",
      content = @Content(examples = @ExampleObject(name = "accepted", value = ACCEPTED)))
  public Response transactions(
      @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.MULTIPART_FORM_DATA,
                      schema = @Schema(implementation = UploadForms.Transactions.class)))
          MultipartFormDataInput input) {
    return accepted(TransactionForm.read(UploadForm.of(input, TransactionForm.MAX_FILES)));
  }

  @POST
  @Path("/transactions/batch/upload")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @RolesAllowed(Permission.TRANSACTIONS_CREATE)
  @Operation(
      summary = "Import transactions from 1 to 5 files",
      description = "The same as POST /batch-import/import/transactions.")
  @APIResponse(
      responseCode = "202",
      description = "Every row is durable and the job is queued.",
      content = @Content(examples = @ExampleObject(name = "accepted", value = ACCEPTED)))
  public Response transactionsAlias(
      @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.MULTIPART_FORM_DATA,
                      schema = @Schema(implementation = UploadForms.Transactions.class)))
          MultipartFormDataInput input) {
    return transactions(input);
  }

  @POST
  @Path("/batch-import/import/entities")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @RolesAllowed(Permission.ENTITIES_BULK_IMPORT)
  @Operation(
      summary = "Import entities from a file",
      description =
          "CSV, .xlsx, JSON or NDJSON. Every row of a 202 is durable, and has an outcome when the job ends.")
  @APIResponse(
      responseCode = "202",
      description = "Every row is durable and the job is queued.",
      content = @Content(examples = @ExampleObject(name = "accepted", value = ACCEPTED)))
  public Response entities(
      @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.MULTIPART_FORM_DATA,
                      schema = @Schema(implementation = UploadForms.Entities.class)))
          MultipartFormDataInput input) {
    TenantLimits limits = tenants.limits(caller.organization());
    return accepted(EntityForm.read(UploadForm.of(input, EntityForm.MAX_FILES), limits), limits);
  }

  private Response accepted(ImportRequest request) {
    return accepted(request, tenants.limits(caller.organization()));
  }

  private Response accepted(ImportRequest request, TenantLimits limits) {
    AcceptImport.Accepted accepted =
        accept.accept(caller.organization(), limits, caller.name(), request);
    JobView job = accepted.job();
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    body.put("jobId", job.id().toString());
    body.put("kind", job.kind().wireName());
    body.put("status", job.status().wireName());
    body.put("totalItems", job.totalItems());
    body.put("fileCount", accepted.fileCount());
    body.put(
        "message",
        "%d row%s queued.".formatted(job.totalItems(), job.totalItems() == 1 ? " is" : "s are"));
    if (request.metadata().has("importMode")) {
      body.set("importMode", request.metadata().get("importMode"));
    }
    body.set("interpretation", accepted.files());
    return Response.accepted(body)
        .header("Location", URI.create("/batch-import/jobs/" + job.id()))
        .header("Retry-After", 2)
        .build();
  }
}
