package io.rowledger.api.erasure;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.job.JobLookup;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobOrigin;
import io.rowledger.core.sql.Database;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
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

/** Erases what a job keeps of its files. */
@Path("/batch-import/jobs/{jobId}/data")
@Tag(name = "Jobs")
@Produces(MediaType.APPLICATION_JSON)
class ErasureResource {

  private static final String ERASED =
      """
      {"success": true, "job": {"jobId": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e",
       "kind": "transaction_batch", "status": "completed", "totalItems": 100, "succeeded": 97,
       "failed": 2, "skipped": 1, "unprocessed": 0, "rowsExpireAt": null,
       "metadata": {"fileName": "erased",
         "interpretation": [{"rows": 100, "sha256": "9f86d081884c7d65…"}],
         "dataErasedBy": "back office", "dataErasedAt": "2026-01-31T12:00:00.000Z"}}}
      """;

  private final Database database;
  private final JobLookup jobs;
  private final EraseData erase;
  private final Caller caller;

  ErasureResource(Database database, JobLookup jobs, EraseData erase, Caller caller) {
    this.database = database;
    this.jobs = jobs;
    this.erase = erase;
    this.caller = caller;
  }

  @DELETE
  @RolesAllowed({
    Permission.TRANSACTIONS_CREATE,
    Permission.ENTITIES_BULK_IMPORT,
    Permission.EVENTS_CREATE
  })
  @Operation(
      operationId = "eraseJobData",
      summary = "Erase the rows and cells of a job that has ended",
      description =
          "Rows, rejected cells, messages, names of files and columns, label, mapping and free"
              + " options are gone for good; the job cannot be retried or committed any more. With"
              + " it go the jobs on the same rows (dry run and commit) and its retries, which have"
              + " copies of them. Counters, codes, row numbers, digests and who did what when stay,"
              + " and so do the imported records. Again is no harm. Needs the permission of the"
              + " job's kind.")
  @APIResponse(
      responseCode = "200",
      description = "Erased, now or before",
      content =
          @Content(
              schema = @Schema(ref = "JobAnswer"),
              examples = @ExampleObject(name = "erased", value = ERASED)))
  @APIResponse(
      responseCode = "409",
      description =
          "INVALID_TRANSITION: the job has not ended, or another on the same rows or copies of"
              + " them, see jobId")
  public Response erase(@PathParam("jobId") String jobId) {
    JobOrigin origin = database.transaction(caller.organization(), tx -> jobs.origin(tx, jobId));
    caller.require(origin.job().kind().permission());
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    body.set("job", JobJson.of(erase.erase(origin, caller.name())));
    return Response.ok(body).header("Cache-Control", "private, no-cache").build();
  }
}
