package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.format.FormatConfig;
import io.rowledger.api.format.ReadBudget;
import io.rowledger.api.intake.Admitted;
import io.rowledger.api.mapping.SavedMappings;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.api.tenant.Organizations;
import io.rowledger.api.tenant.TenantLimits;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;

/** Looks at a file before it is imported. Nothing of it is kept. */
@Path("/")
@RolesAllowed({
  Permission.TRANSACTIONS_CREATE,
  Permission.ENTITIES_BULK_IMPORT,
  Permission.EVENTS_CREATE
})
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Mappings")
@Admitted
class PreflightResource {

  private static final String CHECKED =
      """
      {"success": true, "ok": false, "target": "transaction",
       "missingCsvColumns": ["Value"], "unknownColumns": ["Valeu"], "duplicateHeaders": [],
       "rows": 2, "invalidRows": 2,
       "problems": [{"rowNumber": 2, "column": "Value", "code": "VALIDATION_ERROR",
                     "message": "Column \\"Value\\" (amount) is blank: a value is required."}],
       "interpretation": {"fileName": "statement.csv", "format": "csv", "encoding": "UTF-8"},
       "suggestions": [{"column": "Value", "field": "amount", "closest": "Valeu"}]}
      """;

  private static final String SUGGESTED =
      """
      {"success": true, "target": "transaction",
       "columnMapping": {"version": 2, "unknownColumns": "warn", "fields": {
         "transactedAt": {"column": "Data", "format": "dd/MM/yyyy"},
         "amount": {"column": "Valor", "decimal": ","}}},
       "columns": [
         {"column": "Data", "field": "transactedAt", "confidence": 0.9, "reason": "alias"},
         {"column": "Valor", "field": "amount", "confidence": 0.9, "reason": "alias"},
         {"column": "Loja", "field": null, "confidence": 0.0, "reason": null}],
       "missingRequired": ["externalId", "type", "currency"], "warnings": [],
       "interpretation": {"fileName": "extrato.csv", "format": "csv", "encoding": "UTF-8"}}
      """;

  private final Organizations tenants;
  private final SavedMappings mappings;
  private final Caller caller;
  private final InstantSource clock;
  private final FormatConfig formats;

  PreflightResource(
      Organizations tenants,
      SavedMappings mappings,
      Caller caller,
      InstantSource clock,
      FormatConfig formats) {
    this.formats = formats;
    this.tenants = tenants;
    this.mappings = mappings;
    this.caller = caller;
    this.clock = clock;
  }

  @POST
  @Path("/batch-import/validate-csv")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(
      operationId = "validateFile",
      summary = "Check a file against a mapping, without importing it",
      description =
          "Any format, not only CSV. Always 200 when there is a file to look at: ok says whether an"
              + " upload of it would be accepted, error why it cannot even be read. Rows are"
              + " checked against all rules that need no stored data; one that breaks them is"
              + " counted in invalidRows and does not make ok false, as batchErrorHandling decides"
              + " what it does to a job.")
  @APIResponse(
      responseCode = "200",
      description = "What an import would find",
      content =
          @Content(
              schema = @Schema(ref = "FileCheck"),
              examples = @ExampleObject(name = "a header misspelt", value = CHECKED)))
  public Response validate(
      @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.MULTIPART_FORM_DATA,
                      schema = @Schema(implementation = PreflightForms.Check.class)))
          MultipartFormDataInput input) {
    PreflightForm form =
        PreflightForm.check(UploadForm.of(input, PreflightForm.MAX_FILES), mappings);
    TenantLimits limits = limitsFor(form);
    return answer(FileCheck.of(form, limits, budget(limits), clock.instant()));
  }

  @POST
  @Path("/batch-import/mappings/suggest")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Operation(
      operationId = "suggestMapping",
      summary = "Propose a mapping for a file",
      description =
          "By the names of the columns (English, Spanish and Portuguese ones are known) and by what"
              + " is in them. The same file always gets the same answer; columnMapping can be sent"
              + " to POST /batch-import/mappings as it is.")
  @APIResponse(
      responseCode = "200",
      description = "The proposal",
      content =
          @Content(
              schema = @Schema(ref = "MappingSuggestion"),
              examples = @ExampleObject(name = "a statement", value = SUGGESTED)))
  public Response suggest(
      @RequestBody(
              content =
                  @Content(
                      mediaType = MediaType.MULTIPART_FORM_DATA,
                      schema = @Schema(implementation = PreflightForms.Suggest.class)))
          MultipartFormDataInput input) {
    PreflightForm form = PreflightForm.suggest(UploadForm.of(input, PreflightForm.MAX_FILES));
    return answer(FileSuggestion.of(form, budget(limitsFor(form))));
  }

  private ReadBudget budget(TenantLimits limits) {
    return new ReadBudget(formats, limits.maxBytes());
  }

  private TenantLimits limitsFor(PreflightForm form) {
    TenantLimits limits = tenants.limits(caller.organization());
    AcceptImport.checkSize(List.of(form.file()), limits);
    return limits;
  }

  // Holds sample rows: nobody on the way may keep it.
  private static Response answer(ObjectNode body) {
    return Response.ok(body).header("Cache-Control", "no-store").build();
  }
}
