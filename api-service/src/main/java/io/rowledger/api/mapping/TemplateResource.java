package io.rowledger.api.mapping;

import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.Permission;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Files to fill in. */
@Path("/batch-import/templates")
@RolesAllowed({
  Permission.TRANSACTIONS_CREATE,
  Permission.ENTITIES_BULK_IMPORT,
  Permission.EVENTS_CREATE
})
@Tag(name = "Mappings")
class TemplateResource {

  private static final String CSV = "text/csv;charset=UTF-8";

  @GET
  @Path("/{kind}.csv")
  @Produces(CSV)
  @Operation(
      operationId = "getTemplate",
      summary = "Download a file to fill in",
      description =
          "In the platform's own format: it needs no mapping. Every column that rows can have, and two"
              + " rows that can be imported as they are. Columns you do not need can be left out.")
  @APIResponse(responseCode = "200", description = "The template")
  public Response template(
      @Parameter(
              description =
                  "transactions, entities or user-events; the kinds of jobs are understood as well")
          @PathParam("kind")
          String kind) {
    CsvTemplate template = CsvTemplate.of(kind).orElseThrow(ProblemException::notFound);
    return Response.ok(template.csv())
        .header("Content-Disposition", "attachment; filename=\"%s\"".formatted(template.fileName()))
        .build();
  }
}
