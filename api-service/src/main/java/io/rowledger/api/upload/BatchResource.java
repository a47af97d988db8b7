package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.description.ApiDescription;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.api.idempotency.Idempotency.Answer;
import io.rowledger.api.intake.Admitted;
import io.rowledger.api.job.FailuresOfJob;
import io.rowledger.api.job.JobEnds;
import io.rowledger.api.job.PreferWait;
import io.rowledger.api.mail.MailConfig;
import io.rowledger.api.mapping.SavedMappings;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.api.tenant.Organizations;
import io.rowledger.api.tenant.TenantLimits;
import io.rowledger.core.entity.ImportMode;
import io.rowledger.core.privacy.Wordless;
import io.rowledger.core.tenant.OrgId;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

/** Takes rows in as JSON. The body is spooled and its arrays are imported as files are. */
@Path("/")
@Tag(name = "Uploads")
@Admitted
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class BatchResource {

  private static final Logger LOG = Logger.getLogger(BatchResource.class);

  private static final long MAX_BODY = 50L << 20;
  private static final long MAX_BODY_OF_SEVERAL = 150L << 20;

  private static final String TRANSACTIONS = "transactions";
  private static final String ITEMS = "items";

  private static final String TRANSACTIONS_EXAMPLE =
      """
      {"batchErrorHandling": "continue_collect_errors",
       "transactions": [{"externalId": "t-1", "type": "PAYMENT", "amount": 10.50, "currency": "USD"}]}
      """;

  private static final String SOURCES_EXAMPLE =
      """
      {"sources": [{"fileName": "january.json", "transactions": [
         {"externalId": "t-1", "type": "PAYMENT", "amount": 10.50, "currency": "USD"}]}]}
      """;

  private static final String ITEMS_EXAMPLE =
      """
      {"importMode": "manual", "country": "BR",
       "items": [{"taxId": "11144477735", "type": "person", "name": "Ana"}]}
      """;

  private static final String OUTCOME_EXAMPLE =
      """
      {"success": true, "created": 1, "skipped": 0, "failed": 0,
       "transactions": [{"id": "0197f0a4-6c2f-7d4b-8e30-2a7b3c4d5e6f", "externalId": "t-1",
                         "rowNumber": 1}],
       "transactionsTruncated": false, "errors": [], "errorsTruncated": false, "processingTime": 38,
       "summary": {"status": "completed", "outcome": "all_succeeded", "totalItems": 1, "created": 1,
                   "skipped": 0, "failed": 0, "unprocessed": 0, "dryRun": false},
       "jobId": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e"}
      """;

  private final BatchSpool spool;
  private final Acceptance acceptance;
  private final JobEnds ends;
  private final BatchOutcome outcome;
  private final FailuresOfJob failures;
  private final Organizations tenants;
  private final SavedMappings mappings;
  private final MailConfig mail;
  private final Caller caller;

  BatchResource(
      BatchSpool spool,
      Acceptance acceptance,
      JobEnds ends,
      BatchOutcome outcome,
      FailuresOfJob failures,
      Organizations tenants,
      SavedMappings mappings,
      MailConfig mail,
      Caller caller) {
    this.spool = spool;
    this.acceptance = acceptance;
    this.ends = ends;
    this.outcome = outcome;
    this.failures = failures;
    this.tenants = tenants;
    this.mappings = mappings;
    this.mail = mail;
    this.caller = caller;
  }

  @POST
  @Path("/entities/automatic/bulk")
  @RolesAllowed(Permission.ENTITIES_BULK_IMPORT)
  @Operation(
      operationId = "importEntitiesJson",
      summary = "Import entities from a JSON body",
      description = "Needs entities:bulk_import and entities:create. The body may have 50 MiB.")
  @Parameter(ref = ApiDescription.IDEMPOTENCY_KEY)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = BatchBodies.Entities.class),
              examples = @ExampleObject(name = "items", value = ITEMS_EXAMPLE)))
  @APIResponse(responseCode = "202", ref = ApiDescription.ACCEPTED)
  public Response entities(InputStream body) {
    caller.require(Permission.ENTITIES_CREATE);
    TenantLimits limits = tenants.limits(caller.organization());
    try (BatchSpool.Spooled spooled =
        spool.spool(
            body, MAX_BODY, limits, file -> BatchBodyReader.one(file, ITEMS), n -> "items.json")) {
      FormFields fields = FormFields.ofJson(spooled.body().options());
      ImportRequest request =
          EntityForm.read(
              spooled.files(),
              fields,
              FormatOptions.NONE,
              new EntityForm.ModeField("importMode", ImportMode.AUTOMATIC),
              limits,
              mappings,
              mail.on());
      return Acceptance.response(
          acceptance.accept("POST /entities/automatic/bulk", request, limits));
    }
  }

  @POST
  @Path("/transactions/batch")
  @Blocking
  @RolesAllowed(Permission.TRANSACTIONS_CREATE)
  @Operation(
      operationId = "importTransactionsAndWait",
      summary = "Import transactions from a JSON body and wait for the outcome",
      description =
          "Waits up to 30 seconds, or less with Prefer: wait=N. 200 with the outcome when the job"
              + " has ended, also when it failed as a whole (success is false then); else 202, and"
              + " the job goes on. The body may have 50 MiB.")
  @Parameter(ref = ApiDescription.IDEMPOTENCY_KEY)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = BatchBodies.Transactions.class),
              examples = @ExampleObject(name = "transactions", value = TRANSACTIONS_EXAMPLE)))
  @APIResponse(
      responseCode = "200",
      description =
          "The job has ended. Up to 1 000 of the created transactions and 500 of the failures.",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(ref = "BatchOutcome"),
              examples = @ExampleObject(name = "outcome", value = OUTCOME_EXAMPLE)))
  @APIResponse(responseCode = "202", ref = ApiDescription.ACCEPTED)
  public Uni<Response> transactions(
      InputStream body,
      @Parameter(description = "wait=N: seconds to wait for the outcome, 0 to 30")
          @HeaderParam("Prefer")
          List<String> prefer) {
    Answer accepted =
        acceptTransactions("POST /transactions/batch", body, MAX_BODY, BatchBodyReader::one);
    // What is used later is taken out now: the caller is gone when the request's method is left.
    OrgId organization = caller.organization();
    FailuresOfJob.Reading reading = failures.forCaller();
    Duration atMost = PreferWait.of(prefer).orElse(PreferWait.LONGEST);
    return ends.ended(organization, accepted.job(), atMost)
        .map(
            ended -> {
              Optional<ObjectNode> found =
                  ended ? outcome.of(reading, organization, accepted.job()) : Optional.empty();
              return found
                  .map(summary -> Acceptance.with(accepted, Response.ok(summary)).build())
                  .orElseGet(() -> Acceptance.response(accepted));
            })
        // The job is there: whatever goes wrong with its outcome, a refusal would be sent again.
        .onFailure()
        .recoverWithItem(
            failure -> {
              LOG.warnf(
                  "The outcome of job %s cannot be read: %s", accepted.job(), Wordless.of(failure));
              return Acceptance.response(accepted);
            });
  }

  @POST
  @Path("/transactions/batch/background")
  @RolesAllowed(Permission.TRANSACTIONS_CREATE)
  @Operation(
      operationId = "importTransactionsJson",
      summary = "Import transactions from a JSON body",
      description = "Answers when the rows are durable. The body may have 50 MiB.")
  @Parameter(ref = ApiDescription.IDEMPOTENCY_KEY)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = BatchBodies.Transactions.class),
              examples = @ExampleObject(name = "transactions", value = TRANSACTIONS_EXAMPLE)))
  @APIResponse(responseCode = "202", ref = ApiDescription.ACCEPTED)
  public Response background(InputStream body) {
    return Acceptance.response(
        acceptTransactions(
            "POST /transactions/batch/background", body, MAX_BODY, BatchBodyReader::one));
  }

  @POST
  @Path("/transactions/batch/background-multi")
  @RolesAllowed(Permission.TRANSACTIONS_CREATE)
  @Operation(
      operationId = "importTransactionSources",
      summary = "Import transactions from up to 5 arrays of one JSON body",
      description = "Answers when the rows are durable. The body may have 150 MiB.")
  @Parameter(ref = ApiDescription.IDEMPOTENCY_KEY)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = BatchBodies.TransactionSources.class),
              examples = @ExampleObject(name = "sources", value = SOURCES_EXAMPLE)))
  @APIResponse(responseCode = "202", ref = ApiDescription.ACCEPTED)
  public Response backgroundMulti(InputStream body) {
    return Acceptance.response(
        acceptTransactions(
            "POST /transactions/batch/background-multi",
            body,
            MAX_BODY_OF_SEVERAL,
            BatchBodyReader::several));
  }

  private Answer acceptTransactions(
      String operation,
      InputStream body,
      long most,
      BiFunction<java.nio.file.Path, String, BatchBody> reader) {
    TenantLimits limits = tenants.limits(caller.organization());
    try (BatchSpool.Spooled spooled =
        spool.spool(
            body,
            most,
            limits,
            file -> reader.apply(file, TRANSACTIONS),
            number -> "transactions-" + number + ".json")) {
      FormFields fields = FormFields.ofJson(spooled.body().options());
      ImportRequest request =
          TransactionForm.read(spooled.files(), fields, FormatOptions.NONE, mappings)
              .warning(spooled.body().warnings());
      return acceptance.accept(operation, request, limits);
    }
  }
}
