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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

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

  private final Database database;
  private final JobLookup jobs;
  private final FailuresBody body;
  private final FailuresCsv csv;
  private final Caller caller;

  FailuresResource(
      Database database, JobLookup jobs, FailuresBody body, FailuresCsv csv, Caller caller) {
    this.database = database;
    this.jobs = jobs;
    this.body = body;
    this.csv = csv;
    this.caller = caller;
  }

  @GET
  @Path("/batch-import/transaction-jobs/{jobId}/failures")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Read the failed rows of a transactions job, at most 500")
  public Response transactions(@PathParam("jobId") String jobId) {
    return json(jobId, JobKind.TRANSACTION);
  }

  @GET
  @Path("/batch-import/entity-jobs/{jobId}/failures")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Read the failed and skipped rows of an entities job, at most 500 each")
  public Response entities(@PathParam("jobId") String jobId) {
    return json(jobId, JobKind.ENTITY);
  }

  @GET
  @Path("/batch-import/user-event-jobs/{jobId}/failures")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Read the failed rows of a user events job, at most 500")
  public Response userEvents(@PathParam("jobId") String jobId) {
    return json(jobId, JobKind.USER_EVENT);
  }

  @GET
  @Path("/batch-import/transaction-jobs/{jobId}/failures.csv")
  @Produces(CSV)
  @Operation(summary = "Download all failed rows of a transactions job")
  public Response transactionsCsv(@PathParam("jobId") String jobId, @BeanParam CsvRequest request) {
    return csv(jobId, JobKind.TRANSACTION, request);
  }

  @GET
  @Path("/batch-import/entity-jobs/{jobId}/failures.csv")
  @Produces(CSV)
  @Operation(summary = "Download all failed rows of an entities job")
  public Response entitiesCsv(@PathParam("jobId") String jobId, @BeanParam CsvRequest request) {
    return csv(jobId, JobKind.ENTITY, request);
  }

  @GET
  @Path("/entities/automatic/bulk/imports/{jobId}/failures.csv")
  @Produces(CSV)
  @Operation(
      summary = "Download all failed rows of an entities job",
      description = "The same as GET /batch-import/entity-jobs/{jobId}/failures.csv.")
  public Response entitiesCsvAlias(
      @PathParam("jobId") String jobId, @BeanParam CsvRequest request) {
    return csv(jobId, JobKind.ENTITY, request);
  }

  @GET
  @Path("/batch-import/user-event-jobs/{jobId}/failures.csv")
  @Produces(CSV)
  @Operation(summary = "Download all failed rows of a user events job")
  public Response userEventsCsv(@PathParam("jobId") String jobId, @BeanParam CsvRequest request) {
    return csv(jobId, JobKind.USER_EVENT, request);
  }

  private Response json(String jobId, JobKind kind) {
    boolean withValues = caller.may(kind.permission());
    ObjectNode json =
        database.transaction(
            tx -> {
              tx.snapshot();
              return body.of(tx, ofKind(jobs.find(tx, jobId), kind), withValues);
            });
    return Response.ok(json).header("Cache-Control", "private, no-cache").build();
  }

  private Response csv(String jobId, JobKind kind, CsvRequest request) {
    JobOrigin origin = database.transaction(tx -> jobs.origin(tx, jobId));
    JobView job = ofKind(origin.job(), kind);
    OwnColumns.Form form = request.form();
    boolean excel = request.forExcel();
    if (form == null) {
      return csv.failures(job, excel);
    }
    // Whole rows, not only what was rejected.
    caller.require(kind.permission());
    return csv.rows(origin, form, request.file(job), excel);
  }

  private static JobView ofKind(JobView job, JobKind kind) {
    if (job.kind() != kind) {
      throw JobLookup.notFound();
    }
    return job;
  }
}
