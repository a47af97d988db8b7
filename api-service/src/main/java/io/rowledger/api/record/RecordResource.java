package io.rowledger.api.record;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.api.wire.PageRequest;
import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What was imported, to be looked at. */
@Path("/")
@Tag(name = "Records")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({
  Permission.TRANSACTIONS_CREATE,
  Permission.ENTITIES_BULK_IMPORT,
  Permission.EVENTS_CREATE
})
class RecordResource {

  private static final String DEFAULT_SIZE = "100";
  private static final String ORDER =
      "Newest first; with jobId in the order of the job's rows. Pages of pageSize (1 to 500,"
          + " default 100); nextPageToken is null on the last one.";
  private static final String JOB = "Only what this job wrote";

  private static final String ENTITIES =
      """
      {"success": true, "entities": [{"id": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e",
        "jobId": "0197f0a4-5a00-7000-8000-000000000001", "fileNumber": 1, "rowNumber": 2,
        "createdAt": "2026-01-31T12:00:02.120Z", "externalId": "CUST-0001", "type": "person",
        "taxId": "60281044856", "countryCode": "BR", "name": "Ana Duarte Barros",
        "status": "active", "isClient": true, "nationality": "BR", "email": null, "phone": null,
        "registrationDate": null, "attributes": {"segment": "sme"}, "riskFactors": null,
        "entityData": null}], "nextPageToken": null}
      """;
  private static final String TRANSACTION =
      """
      {"id": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e",
        "jobId": "0197f0a4-5a00-7000-8000-000000000001", "fileNumber": 1, "rowNumber": 2,
        "createdAt": "2026-01-31T12:00:02.120Z", "externalId": "T-1", "type": "PAYMENT",
        "amount": 10.50, "currency": "USD", "status": "CREATED", "paymentMethod": "PIX",
        "description": null, "category": null, "reason": null,
        "transactedAt": "2026-01-31T11:59:00.000Z", "channel": null,
        "originEntityId": "0197f0a4-5b1e-7c3a-9d2f-000000000002", "originExternalId": "CUST-0001",
        "originTaxId": null, "originName": null, "originCountry": null, "originDetails": null,
        "destinationEntityId": null, "destinationExternalId": null, "destinationTaxId": null,
        "destinationName": null, "destinationCountry": null, "destinationDetails": null,
        "locationDetails": null, "deviceDetails": null, "metadata": null}
      """;
  private static final String TRANSACTIONS =
      "{\"success\": true, \"transactions\": [" + TRANSACTION + "], \"nextPageToken\": null}";
  private static final String ONE_TRANSACTION =
      "{\"success\": true, \"transaction\": " + TRANSACTION + "}";
  private static final String EVENTS =
      """
      {"success": true, "events": [{"id": "0197f0a4-5b1e-7c3a-9d2f-1f6a2b3c4d5e",
        "jobId": "0197f0a4-5a00-7000-8000-000000000001", "fileNumber": 1, "rowNumber": 2,
        "createdAt": "2026-01-31T12:00:02.120Z", "eventId": "E-1", "eventType": "LOGIN_FAILED",
        "entityId": "0197f0a4-5b1e-7c3a-9d2f-000000000002", "entityExternalId": null,
        "taxId": "60281044856", "taxIdCountry": "BR", "userId": null,
        "timestamp": "2026-01-31T11:59:00.000Z", "eventDate": null, "deviceId": null,
        "deviceDetails": {"os": "Android"}, "ipAddress": "203.0.113.7", "country": "AR",
        "isVpn": true, "isProxy": null, "isNewDevice": null, "failedAttemptsCount": 3,
        "destinationAccountId": null, "destinationCuit": null, "previousValue": null,
        "metadata": null, "userAgent": null}], "nextPageToken": null}
      """;

  private final Database database;
  private final RecordRepository records;
  private final Caller caller;

  RecordResource(Database database, RecordRepository records, Caller caller) {
    this.database = database;
    this.records = records;
    this.caller = caller;
  }

  @GET
  @Path("/entities")
  @Operation(operationId = "listEntities", summary = "List entities", description = ORDER)
  @APIResponse(
      responseCode = "200",
      description = "A page of entities",
      content =
          @Content(
              schema = @Schema(ref = "EntityPage"),
              examples = @ExampleObject(name = "entities", value = ENTITIES)))
  public Response entities(
      @Parameter(description = JOB) @QueryParam("jobId") @Nullable String jobId,
      @Parameter(description = "Only the one with this external id") @QueryParam("externalId")
          @Nullable String externalId,
      @QueryParam("pageSize") @Nullable String pageSize,
      @QueryParam("pageToken") @Nullable String pageToken) {
    return page(
        RecordTable.ENTITIES,
        "entities",
        new RecordFilter(RecordFilter.id("jobId", jobId), externalId, null),
        pageSize,
        pageToken);
  }

  @GET
  @Path("/transactions")
  @Operation(operationId = "listTransactions", summary = "List transactions", description = ORDER)
  @APIResponse(
      responseCode = "200",
      description = "A page of transactions; amounts are exact",
      content =
          @Content(
              schema = @Schema(ref = "TransactionPage"),
              examples = @ExampleObject(name = "transactions", value = TRANSACTIONS)))
  public Response transactions(
      @Parameter(description = JOB) @QueryParam("jobId") @Nullable String jobId,
      @Parameter(description = "Only the one with this external id") @QueryParam("externalId")
          @Nullable String externalId,
      @QueryParam("pageSize") @Nullable String pageSize,
      @QueryParam("pageToken") @Nullable String pageToken) {
    return page(
        RecordTable.TRANSACTIONS,
        "transactions",
        new RecordFilter(RecordFilter.id("jobId", jobId), externalId, null),
        pageSize,
        pageToken);
  }

  // An external id may hold slashes, also encoded ones.
  @GET
  @Path("/transactions/external/{externalId: .+}")
  @Operation(operationId = "getTransaction", summary = "Read the transaction with an external id")
  @APIResponse(
      responseCode = "200",
      description = "The transaction; its amount is exact",
      content =
          @Content(
              schema = @Schema(ref = "TransactionAnswer"),
              examples = @ExampleObject(name = "one", value = ONE_TRANSACTION)))
  public Response transaction(@PathParam("externalId") String externalId) {
    List<ObjectNode> found =
        read(
            RecordTable.TRANSACTIONS,
            new RecordFilter(null, externalId, null),
            PageRequest.of(null, null));
    if (found.isEmpty()) {
      throw ProblemException.notFound();
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    body.set("transaction", found.get(0));
    return answer(body);
  }

  @GET
  @Path("/events/user")
  @Operation(operationId = "listUserEvents", summary = "List user events", description = ORDER)
  @APIResponse(
      responseCode = "200",
      description = "A page of user events",
      content =
          @Content(
              schema = @Schema(ref = "UserEventPage"),
              examples = @ExampleObject(name = "events", value = EVENTS)))
  public Response userEvents(
      @Parameter(description = JOB) @QueryParam("jobId") @Nullable String jobId,
      @Parameter(description = "Only the one with this event id") @QueryParam("eventId")
          @Nullable String eventId,
      @Parameter(description = "Only those of this entity") @QueryParam("entityId")
          @Nullable String entityId,
      @QueryParam("pageSize") @Nullable String pageSize,
      @QueryParam("pageToken") @Nullable String pageToken) {
    return page(
        RecordTable.USER_EVENTS,
        "events",
        new RecordFilter(
            RecordFilter.id("jobId", jobId), eventId, RecordFilter.id("entityId", entityId)),
        pageSize,
        pageToken);
  }

  private Response page(
      RecordTable table,
      String name,
      RecordFilter filter,
      @Nullable String pageSize,
      @Nullable String pageToken) {
    PageRequest request = PageRequest.of(pageSize == null ? DEFAULT_SIZE : pageSize, pageToken);
    PageRequest.Page<ObjectNode> page =
        request.page(
            read(table, filter, request), record -> UUID.fromString(record.path("id").textValue()));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    body.putArray(name).addAll(page.items());
    body.put("nextPageToken", page.nextPageToken());
    return answer(body);
  }

  private List<ObjectNode> read(RecordTable table, RecordFilter filter, PageRequest page) {
    OrgId organization = caller.organization();
    return database.transaction(
        organization, tx -> records.list(tx, organization, table, filter, page));
  }

  private static Response answer(ObjectNode body) {
    return Response.ok(body).header("Cache-Control", "private, no-cache").build();
  }
}
