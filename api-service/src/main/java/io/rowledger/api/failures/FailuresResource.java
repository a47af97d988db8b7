package io.rowledger.api.failures;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.job.JobLookup;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobOrigin;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Which rows of a job failed, and why. Works while the job runs. */
@Path("/")
@Tag(name = "Failures")
@RolesAllowed({
  Permission.TRANSACTIONS_CREATE,
  Permission.ENTITIES_BULK_IMPORT,
  Permission.EVENTS_CREATE
})
class FailuresResource {

  private static final String CSV = "text/csv;charset=UTF-8";

  private static final String PAGES =
      "In the order of the rows. truncated says that there is more, nextPageToken leads there; of"
          + " an entities job one token leads through failures and skips. The rejected value is"
          + " there only with the permission of the job's kind.";

  private static final String PAGE_SIZE = "most items of each list, 1 to 5000; 500 if not given";
  private static final String PAGE_TOKEN = "nextPageToken of the page before";

  private static final String EXAMPLE =
      """
      {"success": true, "jobId": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e",
       "kind": "transaction_batch", "status": "completed", "totalItems": 100, "succeeded": 99,
       "failed": 1, "skipped": 0, "failuresTotal": 1, "truncated": false, "nextPageToken": null,
       "failures": [{"externalId": "t-7", "code": "ENTITY_NOT_FOUND",
         "message": "No entity has this tax id.", "rowNumber": 7, "fileNumber": 1,
         "fileName": "may.csv", "column": "Sender", "value": "123", "retryable": true}]}
      """;

  private final Database database;
  private final JobLookup jobs;
  private final FailuresBody body;
  private final FailuresCsv csv;
  private final FailureAccess access;
  private final Caller caller;

  FailuresResource(
      Database database,
      JobLookup jobs,
      FailuresBody body,
      FailuresCsv csv,
      FailureAccess access,
      Caller caller) {
    this.database = database;
    this.jobs = jobs;
    this.body = body;
    this.csv = csv;
    this.access = access;
    this.caller = caller;
  }

  @GET
  @Path("/batch-import/transaction-jobs/{jobId}/failures")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "listTransactionFailures",
      summary = "Read the failed rows of a transactions job",
      description = PAGES)
  @APIResponse(
      responseCode = "200",
      description = "One page",
      content =
          @Content(
              schema = @Schema(ref = "Failures"),
              examples = @ExampleObject(name = "one failure", value = EXAMPLE)))
  public Response transactions(
      @PathParam("jobId") String jobId,
      @Parameter(description = PAGE_SIZE) @QueryParam("pageSize") @Nullable String pageSize,
      @Parameter(description = PAGE_TOKEN) @QueryParam("pageToken") @Nullable String pageToken) {
    return json(jobId, JobKind.TRANSACTION, pageSize, pageToken);
  }

  @GET
  @Path("/batch-import/entity-jobs/{jobId}/failures")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "listEntityFailures",
      summary = "Read the failed and skipped rows of an entities job",
      description = PAGES)
  @APIResponse(
      responseCode = "200",
      description = "One page",
      content =
          @Content(
              schema = @Schema(ref = "Failures"),
              examples = @ExampleObject(name = "one failure", value = EXAMPLE)))
  public Response entities(
      @PathParam("jobId") String jobId,
      @Parameter(description = PAGE_SIZE) @QueryParam("pageSize") @Nullable String pageSize,
      @Parameter(description = PAGE_TOKEN) @QueryParam("pageToken") @Nullable String pageToken) {
    return json(jobId, JobKind.ENTITY, pageSize, pageToken);
  }

  @GET
  @Path("/batch-import/user-event-jobs/{jobId}/failures")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "listUserEventFailures",
      summary = "Read the failed rows of a user events job",
      description = PAGES)
  @APIResponse(
      responseCode = "200",
      description = "One page",
      content =
          @Content(
              schema = @Schema(ref = "Failures"),
              examples = @ExampleObject(name = "one failure", value = EXAMPLE)))
  public Response userEvents(
      @PathParam("jobId") String jobId,
      @Parameter(description = PAGE_SIZE) @QueryParam("pageSize") @Nullable String pageSize,
      @Parameter(description = PAGE_TOKEN) @QueryParam("pageToken") @Nullable String pageToken) {
    return json(jobId, JobKind.USER_EVENT, pageSize, pageToken);
  }

  @GET
  @Path("/batch-import/transaction-jobs/{jobId}/failures.csv")
  @Produces(CSV)
  @Operation(
      operationId = "downloadTransactionFailures",
      summary = "Download all failed rows of a transactions job")
  public Response transactionsCsv(@PathParam("jobId") String jobId, @BeanParam CsvRequest request) {
    return csv(jobId, JobKind.TRANSACTION, request);
  }

  @GET
  @Path("/batch-import/entity-jobs/{jobId}/failures.csv")
  @Produces(CSV)
  @Operation(
      operationId = "downloadEntityFailures",
      summary = "Download all failed rows of an entities job")
  public Response entitiesCsv(@PathParam("jobId") String jobId, @BeanParam CsvRequest request) {
    return csv(jobId, JobKind.ENTITY, request);
  }

  @GET
  @Path("/entities/automatic/bulk/imports/{jobId}/failures.csv")
  @Produces(CSV)
  @Operation(
      operationId = "downloadEntityImportFailures",
      summary = "Download all failed rows of an entities job",
      description = "The same as GET /batch-import/entity-jobs/{jobId}/failures.csv.")
  public Response entitiesCsvAlias(
      @PathParam("jobId") String jobId, @BeanParam CsvRequest request) {
    return csv(jobId, JobKind.ENTITY, request);
  }

  @GET
  @Path("/batch-import/user-event-jobs/{jobId}/failures.csv")
  @Produces(CSV)
  @Operation(
      operationId = "downloadUserEventFailures",
      summary = "Download all failed rows of a user events job")
  public Response userEventsCsv(@PathParam("jobId") String jobId, @BeanParam CsvRequest request) {
    return csv(jobId, JobKind.USER_EVENT, request);
  }

  private Response json(
      String jobId, JobKind kind, @Nullable String pageSize, @Nullable String pageToken) {
    FailureAccess.Allowed allowed = access.ofCaller();
    ObjectNode json =
        database.transaction(
            caller.organization(),
            tx -> {
              tx.snapshot();
              JobView job = JobOfKind.find(jobs, tx, jobId, kind, allowed);
              FailuresPage page = FailuresPage.of(pageSize, pageToken, job.id());
              return body.of(tx, job, page, allowed.values(kind));
            });
    return Response.ok(json).header("Cache-Control", "private, no-cache").build();
  }

  private Response csv(String jobId, JobKind kind, CsvRequest request) {
    FailureAccess.Allowed allowed = access.ofCaller();
    JobOrigin origin =
        database.transaction(
            caller.organization(),
            tx -> {
              JobOfKind.find(jobs, tx, jobId, kind, allowed);
              return jobs.origin(tx, jobId);
            });
    OwnColumns.Form form = request.form();
    boolean excel = request.forExcel();
    if (form == null) {
      return csv.failures(origin.job(), excel);
    }
    // Whole rows, not only what was rejected.
    caller.require(kind.permission());
    return csv.rows(origin, form, request.file(origin.job()), excel);
  }
}
