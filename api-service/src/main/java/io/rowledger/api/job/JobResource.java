package io.rowledger.api.job;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import io.rowledger.api.security.Permission;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
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
       "metadata": {"fileName": "transactions.csv"}, "phase": "processing", "outcome": null,
       "progress": {"percent": 48, "rowsPerSecond": 22.6, "etaSeconds": 3}}}
      """;

  private final JobReader reader;
  private final JobWait wait;

  JobResource(JobReader reader, JobWait wait) {
    this.reader = reader;
    this.wait = wait;
  }

  @GET
  @Path("/{jobId}")
  @RolesAllowed({
    Permission.TRANSACTIONS_CREATE,
    Permission.ENTITIES_BULK_IMPORT,
    Permission.EVENTS_CREATE
  })
  @Operation(
      operationId = "getJob",
      summary = "Read the status of a job",
      description =
          "In every answer totalItems = succeeded + failed + skipped + unprocessed. While the job"
              + " is not terminal, Retry-After says when to ask again. progress.percent is of the"
              + " whole job; etaSeconds counts rows twice that are checked first and written later.")
  @APIResponse(
      responseCode = "200",
      description = "The job as it is now",
      headers = {
        @Header(name = "ETag", description = "of exactly these bytes"),
        @Header(name = "Retry-After", description = "seconds; not on a terminal job"),
        @Header(name = "Preference-Applied", description = "wait=N, the seconds that were granted")
      },
      content =
          @Content(
              schema = @Schema(ref = "JobAnswer"),
              examples = @ExampleObject(name = "running", value = EXAMPLE)))
  @APIResponse(responseCode = "304", description = "As in If-None-Match; no body")
  public CompletionStage<Response> get(
      @PathParam("jobId") String jobId,
      @Parameter(
              description = "failures: adds the body of the kind's failures route, its first page")
          @QueryParam("include")
          @Nullable String include,
      @Parameter(description = "entity tags that the client has, or *")
          @HeaderParam("If-None-Match")
          List<String> ifNoneMatch,
      @Parameter(
              description =
                  "wait=N: answer when status or phase changes, at the latest after N seconds;"
                      + " at most 30, more is cut down to that")
          @HeaderParam("Prefer")
          List<String> prefer) {
    Supplier<CompletionStage<JobDocument>> document =
        reader.document(jobId, includesFailures(include));
    Optional<Duration> wanted = PreferWait.of(prefer);
    if (wanted.isEmpty()) {
      // Nearly always. Each step of a Uni captures the contexts of its thread and puts them back.
      return document.get().thenApply(now -> answer(now, ifNoneMatch, wanted));
    }
    return Uni.createFrom()
        .completionStage(document)
        .chain(now -> moved(now, wanted, document, ifNoneMatch))
        .subscribeAsCompletionStage();
  }

  private Uni<Response> moved(
      JobDocument now,
      Optional<Duration> wanted,
      Supplier<CompletionStage<JobDocument>> document,
      List<String> ifNoneMatch) {
    boolean ended = now.job().status().terminal();
    Optional<Duration> granted = wanted.filter(any -> ended || wait.hasRoom());
    if (ended || granted.filter(time -> !time.isZero()).isEmpty()) {
      return Uni.createFrom().item(answer(now, ifNoneMatch, granted));
    }
    return wait.untilMoved(now.job(), granted.get())
        .chain(any -> Uni.createFrom().completionStage(document))
        .map(later -> answer(later, ifNoneMatch, granted));
  }

  private static Response answer(
      JobDocument document, List<String> ifNoneMatch, Optional<Duration> granted) {
    Response.ResponseBuilder response =
        IfNoneMatch.names(ifNoneMatch, document.tag())
            ? Response.notModified()
            : Response.ok(document.bytes(), MediaType.APPLICATION_JSON_TYPE);
    response
        .header("ETag", '"' + document.tag() + '"')
        .header("Cache-Control", "private, no-cache")
        .header("Vary", "Prefer");
    granted.ifPresent(wait -> response.header("Preference-Applied", "wait=" + wait.toSeconds()));
    if (!document.job().status().terminal()) {
      response.header("Retry-After", POLL_AFTER_SECONDS);
    }
    return response.build();
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
