package io.rowledger.api.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.job.JobLookup;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.api.upload.TicketSender;
import io.rowledger.core.control.JobControl;
import io.rowledger.core.control.JobControl.Action;
import io.rowledger.core.control.JobControl.Outcome;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Pause, resume and cancel. */
@Path("/batch-import/jobs/{jobId}/control")
@Tag(name = "Jobs")
@Produces(MediaType.APPLICATION_JSON)
class ControlResource {

  private static final String EXAMPLE =
      """
      {"success": true, "job": {"jobId": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e",
       "kind": "transaction_batch", "status": "running", "totalItems": 100, "succeeded": 45,
       "failed": 2, "skipped": 1, "unprocessed": 52, "heartbeatAt": "2026-01-31T12:00:02.120Z",
       "leaseExpiresAt": null, "workerError": null,
       "createdAt": "2026-01-31T12:00:00.000Z", "completedAt": null,
       "metadata": {"fileName": "transactions.csv", "batchPauseRequested": true},
       "phase": "paused", "waitReason": "paused", "outcome": null}}
      """;

  private final Database database;
  private final JobLookup jobs;
  private final JobControl control;
  private final TicketSender tickets;
  private final Caller caller;

  ControlResource(
      Database database, JobLookup jobs, JobControl control, TicketSender tickets, Caller caller) {
    this.database = database;
    this.jobs = jobs;
    this.control = control;
    this.tickets = tickets;
    this.caller = caller;
  }

  @POST
  @RolesAllowed({
    Permission.TRANSACTIONS_CREATE,
    Permission.ENTITIES_BULK_IMPORT,
    Permission.EVENTS_CREATE
  })
  @Operation(
      operationId = "controlJob",
      summary = "Pause, resume or cancel a job",
      description =
          "Needs the permission of the job's kind. Takes effect before the answer, whether a worker"
              + " holds the job or not: after a pause or cancel not one more row is imported. Rows"
              + " that are in stay in, except in a rollback_all job, which has none before its"
              + " end. A paused job goes on where it was. Asking twice is asking once.")
  @APIResponse(
      responseCode = "200",
      description = "The job as it is now",
      content =
          @Content(
              schema = @Schema(ref = "JobAnswer"),
              examples = @ExampleObject(name = "paused", value = EXAMPLE)))
  @APIResponse(responseCode = "409", description = "The job has ended in another way")
  public Response control(
      @PathParam("jobId") String jobId,
      @RequestBody(
              content =
                  @Content(
                      examples = {
                        @ExampleObject(name = "pause", value = "{\"action\": \"pause\"}"),
                        @ExampleObject(
                            name = "cancel, if it is what I think it is",
                            value = "{\"kind\": \"transaction_batch\", \"action\": \"cancel\"}")
                      }))
          @NotNull
          @Valid
          ControlBody body) {
    JobView job = database.transaction(caller.organization(), tx -> jobs.find(tx, jobId));
    caller.require(job.kind().permission());
    if (body.kind() != null && !body.kind().equals(job.kind().wireName())) {
      throw ProblemException.invalid("kind", "is not the kind of this job");
    }
    Action action = Action.ofWireName(body.action());
    Outcome outcome =
        control
            .apply(caller.organization(), job.id(), action, caller.name())
            .orElseThrow(JobLookup::notFound);
    if (!outcome.possible()) {
      throw new ProblemException(
          Problem.INVALID_TRANSITION,
          "The job is %s; %s is for jobs that have not ended."
              .formatted(outcome.job().status().wireName(), action.wireName()));
    }
    if (action == Action.RESUME) {
      tickets.send(job.id());
    }
    return Response.ok(answer(outcome.job())).header("Cache-Control", "private, no-cache").build();
  }

  private static ObjectNode answer(JobView job) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    body.set("job", JobJson.of(job));
    return body;
  }
}
