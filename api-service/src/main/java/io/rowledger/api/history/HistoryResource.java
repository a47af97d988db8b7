package io.rowledger.api.history;

import io.rowledger.api.security.Permission;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lists the jobs of the caller's organisation. */
@Path("/batch-import/history")
@Tag(name = "Jobs")
@Produces(MediaType.APPLICATION_JSON)
class HistoryResource {

  static final String EXAMPLE =
      """
      {"success": true, "jobs": [{"jobId": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e",
        "kind": "transaction_batch", "status": "completed", "totalItems": 100, "succeeded": 97,
        "failed": 2, "skipped": 1, "unprocessed": 0, "label": "May",
        "createdAt": "2026-01-31T12:00:00.000Z"}], "nextPageToken": null}
      """;

  private final History history;

  HistoryResource(History history) {
    this.history = history;
  }

  @GET
  @RolesAllowed({
    Permission.TRANSACTIONS_CREATE,
    Permission.ENTITIES_BULK_IMPORT,
    Permission.EVENTS_CREATE
  })
  @Operation(
      operationId = "listHistory",
      summary = "List jobs, newest first",
      description =
          "The job objects of the status route. Filters are combined; a page follows the other by"
              + " nextPageToken, which is null on the last one. Jobs that are created meanwhile do"
              + " not disturb it.")
  @APIResponse(
      responseCode = "200",
      description = "One page",
      content =
          @Content(
              schema = @Schema(ref = "JobPage"),
              examples = @ExampleObject(name = "one job", value = EXAMPLE)))
  public Response list(@BeanParam HistoryQuery query) {
    return history.answer(query);
  }
}
