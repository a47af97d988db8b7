package io.rowledger.api.failures;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.job.JobLookup;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.sql.Database;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Why rows of a job failed, counted. Works while the job runs. */
@Path("/")
@Tag(name = "Failures")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({
  Permission.TRANSACTIONS_CREATE,
  Permission.ENTITIES_BULK_IMPORT,
  Permission.EVENTS_CREATE
})
class SummaryResource {

  private static final String DESCRIPTION =
      "Groups by code and column, the largest first, at most 200. Each has up to three examples"
          + " and up to 20 ranges of consecutive rows; moreRanges and moreGroups say that there are"
          + " others. The rejected value is there only with the permission of the job's kind.";

  private static final String EXAMPLE =
      """
      {"success": true, "jobId": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e",
       "kind": "transaction_batch", "status": "completed", "totalItems": 100, "succeeded": 97,
       "failed": 3, "skipped": 0, "failuresTotal": 3, "moreGroups": false,
       "groups": [{"outcome": "failed", "code": "VALIDATION_ERROR", "column": "Amount", "count": 3,
         "retryable": false,
         "examples": [{"rowNumber": 7, "fileNumber": 1, "message": "Amount: is not a number.",
                       "value": "12,x", "fileName": "may.csv"}],
         "ranges": [{"fileNumber": 1, "from": 7, "to": 9}], "moreRanges": false}]}
      """;

  private final Database database;
  private final JobLookup jobs;
  private final SummaryBody body;
  private final FailureAccess access;
  private final Caller caller;

  SummaryResource(
      Database database, JobLookup jobs, SummaryBody body, FailureAccess access, Caller caller) {
    this.database = database;
    this.jobs = jobs;
    this.body = body;
    this.access = access;
    this.caller = caller;
  }

  @GET
  @Path("/batch-import/transaction-jobs/{jobId}/failures/summary")
  @Operation(
      operationId = "summarizeTransactionFailures",
      summary = "Count the failed rows of a transactions job",
      description = DESCRIPTION)
  @APIResponse(
      responseCode = "200",
      description = "The reasons",
      content =
          @Content(
              schema = @Schema(ref = "FailureSummary"),
              examples = @ExampleObject(name = "one reason", value = EXAMPLE)))
  public Response transactions(@PathParam("jobId") String jobId) {
    return summary(jobId, JobKind.TRANSACTION);
  }

  @GET
  @Path("/batch-import/entity-jobs/{jobId}/failures/summary")
  @Operation(
      operationId = "summarizeEntityFailures",
      summary = "Count the failed and skipped rows of an entities job",
      description = DESCRIPTION)
  @APIResponse(
      responseCode = "200",
      description = "The reasons",
      content =
          @Content(
              schema = @Schema(ref = "FailureSummary"),
              examples = @ExampleObject(name = "one reason", value = EXAMPLE)))
  public Response entities(@PathParam("jobId") String jobId) {
    return summary(jobId, JobKind.ENTITY);
  }

  @GET
  @Path("/batch-import/user-event-jobs/{jobId}/failures/summary")
  @Operation(
      operationId = "summarizeUserEventFailures",
      summary = "Count the failed rows of a user events job",
      description = DESCRIPTION)
  @APIResponse(
      responseCode = "200",
      description = "The reasons",
      content =
          @Content(
              schema = @Schema(ref = "FailureSummary"),
              examples = @ExampleObject(name = "one reason", value = EXAMPLE)))
  public Response userEvents(@PathParam("jobId") String jobId) {
    return summary(jobId, JobKind.USER_EVENT);
  }

  private Response summary(String jobId, JobKind kind) {
    FailureAccess.Allowed allowed = access.ofCaller();
    ObjectNode json =
        database.transaction(
            caller.organization(),
            tx -> {
              tx.snapshot();
              return body.of(
                  tx, JobOfKind.find(jobs, tx, jobId, kind, allowed), allowed.values(kind));
            });
    return Response.ok(json).header("Cache-Control", "private, no-cache").build();
  }
}
