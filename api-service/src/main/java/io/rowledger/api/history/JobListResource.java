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

/** The same list under the name of what it lists. */
@Path("/batch-import/jobs")
@Tag(name = "Jobs")
@Produces(MediaType.APPLICATION_JSON)
class JobListResource {

  private final History history;

  JobListResource(History history) {
    this.history = history;
  }

  @GET
  @RolesAllowed({
    Permission.TRANSACTIONS_CREATE,
    Permission.ENTITIES_BULK_IMPORT,
    Permission.EVENTS_CREATE
  })
  @Operation(
      operationId = "listJobs",
      summary = "List jobs, newest first",
      description = "The same as GET /batch-import/history.")
  @APIResponse(
      responseCode = "200",
      description = "One page",
      content =
          @Content(
              schema = @Schema(ref = "JobPage"),
              examples = @ExampleObject(name = "one job", value = HistoryResource.EXAMPLE)))
  public Response list(@BeanParam HistoryQuery query) {
    return history.answer(query);
  }
}
