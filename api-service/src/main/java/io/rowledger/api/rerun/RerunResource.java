package io.rowledger.api.rerun;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rowledger.api.description.ApiDescription;
import io.rowledger.api.idempotency.IdempotencyKey;
import io.rowledger.api.job.JobLookup;
import io.rowledger.api.mapping.SavedMappings;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.api.tenant.Organizations;
import io.rowledger.api.tenant.TenantLimits;
import io.rowledger.api.upload.Acceptance;
import io.rowledger.core.job.JobOrigin;
import io.rowledger.core.sql.Database;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Makes new jobs of the rows of earlier ones. No file is sent again. */
@Path("/batch-import/jobs")
@Tag(name = "Jobs")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({
  Permission.TRANSACTIONS_CREATE,
  Permission.ENTITIES_BULK_IMPORT,
  Permission.EVENTS_CREATE
})
class RerunResource {

  private final Database database;
  private final JobLookup jobs;
  private final CommitDryRun commit;
  private final RetryJob retry;
  private final Organizations tenants;
  private final Caller caller;
  private final SavedMappings mappings;
  private final HttpHeaders headers;
  private final ObjectMapper json;

  RerunResource(
      Database database,
      JobLookup jobs,
      CommitDryRun commit,
      RetryJob retry,
      Organizations tenants,
      Caller caller,
      SavedMappings mappings,
      HttpHeaders headers,
      ObjectMapper json) {
    this.database = database;
    this.jobs = jobs;
    this.commit = commit;
    this.retry = retry;
    this.tenants = tenants;
    this.caller = caller;
    this.mappings = mappings;
    this.headers = headers;
    this.json = json;
  }

  @POST
  @Path("/{jobId}/commit")
  @Operation(
      operationId = "commitDryRun",
      summary = "Do a finished dry run for real",
      description =
          "A new job with commitOf, on the rows of the dry run, with its mapping and options. Once:"
              + " asked again, the answer is 200 with the same job. Needs the permission of the"
              + " job's kind.")
  @Parameter(ref = ApiDescription.IDEMPOTENCY_KEY)
  @APIResponse(responseCode = "202", ref = ApiDescription.ACCEPTED)
  @APIResponse(
      responseCode = "200",
      description = "The dry run was committed before.",
      content =
          @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Accepted")))
  @APIResponse(
      responseCode = "409",
      description = "INVALID_TRANSITION: no dry run, or one that was not finished")
  @APIResponse(responseCode = "410", description = "ROWS_EXPIRED")
  public Response commit(@PathParam("jobId") String jobId) {
    JobOrigin dryRun = origin(jobId);
    TenantLimits limits = tenants.limits(caller.organization());
    CommitDryRun.Committed committed =
        commit.commit(dryRun, caller.name(), limits.maxOpenJobs(), key("commit"));
    Response answer = Acceptance.response(committed.answer());
    return committed.isNew() ? answer : Response.fromResponse(answer).status(200).build();
  }

  @POST
  @Path("/{jobId}/retry")
  // Without a body some clients send no Content-Type, and some one that says nothing.
  @Consumes(MediaType.WILDCARD)
  @Operation(
      operationId = "retryJob",
      summary = "Try rows of a job again that has ended",
      description =
          "A new job with retryOf, on the rows that did not succeed; skipped rows are not among"
              + " them. They keep their numbers. A retry of a dry run is a dry run. A job has one"
              + " retry at a time. Needs the permission of the job's kind.")
  @Parameter(ref = ApiDescription.IDEMPOTENCY_KEY)
  @APIResponse(responseCode = "202", ref = ApiDescription.ACCEPTED)
  @APIResponse(
      responseCode = "409",
      description =
          "INVALID_TRANSITION: the job has not ended. RETRY_RUNNING: a retry of it has not ended,"
              + " see jobId. NOTHING_TO_RETRY: it has no such row")
  @APIResponse(responseCode = "410", description = "ROWS_EXPIRED")
  public Response retry(
      @PathParam("jobId") String jobId,
      @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON,
                      schema = @Schema(implementation = RetryBody.class),
                      examples =
                          @ExampleObject(
                              name = "references",
                              value = "{\"rows\": \"failed\", \"codes\": [\"ENTITY_NOT_FOUND\"]}")))
          @Nullable String body)
      throws JsonProcessingException {
    JobOrigin parent = origin(jobId);
    RetryRequest request = RetryRequest.of(read(body), parent, mappings);
    TenantLimits limits = tenants.limits(caller.organization());
    return Acceptance.response(retry.retry(parent, request, limits, caller.name(), key("retry")));
  }

  private @Nullable IdempotencyKey key(String operation) {
    return IdempotencyKey.of(caller.organization(), operation, headers);
  }

  private RetryBody read(@Nullable String body) throws JsonProcessingException {
    RetryBody read = body == null || body.isBlank() ? null : json.readValue(body, RetryBody.class);
    return read == null ? RetryBody.EMPTY : read;
  }

  /**
   * The job, for whoever may import its kind.
   *
   * @throws ProblemException JOB_NOT_FOUND or FORBIDDEN
   */
  private JobOrigin origin(String jobId) {
    JobOrigin origin = database.transaction(caller.organization(), tx -> jobs.origin(tx, jobId));
    caller.require(origin.job().kind().permission());
    return origin;
  }
}
