package io.rowledger.api.failures;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.security.Permission;
import io.rowledger.core.job.Interruption;
import io.rowledger.core.job.JobFailure;
import io.rowledger.core.row.RowCode;
import jakarta.annotation.security.RolesAllowed;
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

/** Every code a caller can meet, and what to do about it. */
@Path("/batch-import/failure-codes")
@RolesAllowed({
  Permission.TRANSACTIONS_CREATE,
  Permission.ENTITIES_BULK_IMPORT,
  Permission.EVENTS_CREATE
})
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Failures")
class FailureCodesResource {

  private static final String EXAMPLE =
      """
      {"success": true, "codes": [
        {"code": "ENTITY_NOT_FOUND", "layer": "row",
         "meaning": "The row refers to an entity that does not exist.",
         "remedy": "Import the entity first, then retry the row; or send transactions with validateExistingEntity=false.",
         "retryable": true, "kinds": ["transaction_batch", "user_event_batch"]}]}
      """;

  @GET
  @Operation(
      operationId = "listFailureCodes",
      summary = "List every code with its meaning and remedy",
      description =
          "layer says where a code occurs: row (failures of a job), skip (rows left out), job"
              + " (jobFailure and metadata.apiError), request (refused, there is no job). retryable:"
              + " the same input may succeed later without being changed.")
  @APIResponse(
      responseCode = "200",
      description = "All codes, in an order that does not change",
      content =
          @Content(
              schema = @Schema(ref = "FailureCodes"),
              examples = @ExampleObject(name = "one of them", value = EXAMPLE)))
  public Response list() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    ArrayNode codes = body.putArray("codes");
    for (RowCode code : RowCode.values()) {
      String layer = code.outcome() == RowCode.Outcome.FAILED ? "row" : "skip";
      codes.add(entry(code, layer, Explanations.ofRow(code)));
    }
    for (JobFailure.Code code : JobFailure.Code.values()) {
      codes.add(entry(code, "job", Explanations.ofJob(code)));
    }
    for (Interruption code : Interruption.values()) {
      codes.add(entry(code, "job", Explanations.ofInterruption(code)));
    }
    for (Problem problem : Problem.values()) {
      codes.add(entry(problem, "request", RequestExplanations.of(problem)));
    }
    return Response.ok(body).build();
  }

  private static ObjectNode entry(Enum<?> code, String layer, Explanation explanation) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("code", code.name());
    entry.put("layer", layer);
    entry.put("meaning", explanation.meaning());
    entry.put("remedy", explanation.remedy());
    entry.put("retryable", explanation.retryable());
    ArrayNode kinds = entry.putArray("kinds");
    explanation.kinds().forEach(kind -> kinds.add(kind.wireName()));
    return entry;
  }
}
