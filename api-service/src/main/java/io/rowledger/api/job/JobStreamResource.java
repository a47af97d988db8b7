package io.rowledger.api.job;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.Permission;
import io.rowledger.core.job.JobView;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseHeader;

/** The status of a job as it moves. */
@Path("/batch-import/jobs")
@Tag(name = "Jobs")
class JobStreamResource {

  private static final String EXAMPLE =
      """
      id:Xo5M5nUVUqQ0l0Ww3nPy0g
      event:job
      data:{"jobId":"0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e","status":"running","succeeded":45}

      """;

  private final JobReader reader;
  private final JobStream stream;

  JobStreamResource(JobReader reader, JobStream stream) {
    this.reader = reader;
    this.stream = stream;
  }

  @GET
  @Path("/{jobId}/stream")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Blocking
  // Otherwise nginx collects the events before it passes them on.
  @ResponseHeader(name = "X-Accel-Buffering", value = "no")
  @RolesAllowed({
    Permission.TRANSACTIONS_CREATE,
    Permission.ENTITIES_BULK_IMPORT,
    Permission.EVENTS_CREATE
  })
  @Operation(
      operationId = "streamJob",
      summary = "Follow a job until it has ended",
      description =
          "Server-sent events named job; data is the job object of the status route, id the opaque"
              + " part of that route's ETag. The first comes at once, then at most four a second,"
              + " one whenever the job has changed; the last has a terminal status, and the stream"
              + " ends. A stream that ends before that, after an hour or because the service"
              + " stopped, is simply opened again. Close an EventSource at a terminal status, or"
              + " it connects again. Too many open streams: 503 with Retry-After.")
  @APIResponse(
      responseCode = "200",
      description = "Events until the job has ended",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(type = SchemaType.STRING),
              examples = @ExampleObject(name = "running", value = EXAMPLE)))
  public Multi<OutboundSseEvent> follow(@PathParam("jobId") String jobId, @Context Sse sse) {
    // What refuses the request has to happen before the first byte of the stream.
    JobView first = reader.now(jobId);
    if (!stream.hasRoom()) {
      throw new ProblemException(
          Problem.SERVICE_UNAVAILABLE,
          "Too many event streams are open here. Try again, or read the status route instead.");
    }
    return stream.of(first, sse);
  }
}
