package io.rowledger.api.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Tx;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The status of a job. */
@Path("/batch-import/jobs")
@Tag(name = "Jobs")
@Produces(MediaType.APPLICATION_JSON)
class JobResource {

  private static final int POLL_AFTER_SECONDS = 2;

  private static final String EXAMPLE =
      """
      {"success": true, "job": {"jobId": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e",
       "kind": "transaction_batch", "status": "running", "totalItems": 100, "succeeded": 45,
       "failed": 2, "skipped": 1, "unprocessed": 52, "heartbeatAt": "2026-01-31T12:00:02.120Z",
       "leaseExpiresAt": "2026-01-31T12:01:02.120Z", "workerError": null,
       "createdAt": "2026-01-31T12:00:00.000Z", "completedAt": null,
       "metadata": {"fileName": "transactions.csv"}, "phase": "processing", "outcome": null}}
      """;

  private final Database database;
  private final JobLookup jobs;
  private final FailuresOfJob failures;
  private final Caller caller;

  JobResource(Database database, JobLookup jobs, FailuresOfJob failures, Caller caller) {
    this.database = database;
    this.jobs = jobs;
    this.failures = failures;
    this.caller = caller;
  }

  @GET
  @Path("/{jobId}")
  @RolesAllowed({
    Permission.TRANSACTIONS_CREATE,
    Permission.ENTITIES_BULK_IMPORT,
    Permission.EVENTS_CREATE
  })
  @Operation(
      summary = "Read the status of a job",
      description =
          "In every answer totalItems = succeeded + failed + skipped + unprocessed. While the job"
              + " is not terminal, Retry-After says when to ask again.")
  @APIResponse(
      responseCode = "200",
      description = "The job as it is now",
      content = @Content(examples = @ExampleObject(name = "running", value = EXAMPLE)))
  public Response get(
      @PathParam("jobId") String jobId,
      @Parameter(description = "failures: adds the body of the kind's failures route")
          @QueryParam("include")
          @Nullable String include) {
    boolean withFailures = includesFailures(include);
    Answer answer =
        database.transaction(
            tx -> {
              if (withFailures) {
                tx.snapshot();
              }
              return answer(tx, jobId, withFailures);
            });
    Response.ResponseBuilder response =
        Response.ok(answer.body()).header("Cache-Control", "private, no-cache");
    if (!answer.job().status().terminal()) {
      response.header("Retry-After", POLL_AFTER_SECONDS);
    }
    return response.build();
  }

  private record Answer(JobView job, ObjectNode body) {}

  private Answer answer(Tx tx, String jobId, boolean withFailures) {
    JobView job = jobs.find(tx, jobId);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    body.set("job", JobJson.of(job));
    if (withFailures) {
      body.setAll(failures.of(tx, job, caller.may(job.kind().permission())));
    }
    return new Answer(job, body);
  }

  private static boolean includesFailures(@Nullable String include) {
    if (include == null) {
      return false;
    }
    List<String> parts = List.of(include.split(",", -1));
    if (!parts.stream().allMatch("failures"::equals)) {
      String message = "include takes \"failures\" and nothing else.";
      throw new ProblemException(
          Problem.VALIDATION_ERROR, message, List.of(new Detail("include", message)));
    }
    return true;
  }
}
