package io.rowledger.api.webhook;

import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.Caller;
import io.rowledger.api.security.Permission;
import io.rowledger.api.webhook.WebhookBodies.Deleted;
import io.rowledger.api.webhook.WebhookBodies.DeliveryAnswer;
import io.rowledger.api.webhook.WebhookBodies.DeliveryBody;
import io.rowledger.api.webhook.WebhookBodies.DeliveryList;
import io.rowledger.api.webhook.WebhookBodies.NewWebhook;
import io.rowledger.api.webhook.WebhookBodies.WebhookAnswer;
import io.rowledger.api.webhook.WebhookBodies.WebhookBody;
import io.rowledger.api.webhook.WebhookBodies.WebhookChange;
import io.rowledger.api.webhook.WebhookBodies.WebhookList;
import io.rowledger.api.webhook.WebhookBodies.WebhookSecretAnswer;
import io.rowledger.api.wire.Ids;
import io.rowledger.api.wire.PageRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The endpoints that the caller's organisation wants to hear at. */
@Path("/batch-import/webhooks")
@RolesAllowed(Permission.ORGANIZATION_MANAGE)
@Tag(name = "Webhooks")
class WebhookResource {

  private final Webhooks webhooks;
  private final Caller caller;

  WebhookResource(Webhooks webhooks, Caller caller) {
    this.webhooks = webhooks;
    this.caller = caller;
  }

  @GET
  @Operation(
      operationId = "listWebhooks",
      summary = "List the organisation's webhooks, newest first")
  public WebhookList list() {
    return new WebhookList(
        true, webhooks.list(caller.organization()).stream().map(WebhookBody::of).toList());
  }

  @POST
  @APIResponse(
      responseCode = "201",
      description = "The webhook is there. Its secret is shown this once.",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = WebhookSecretAnswer.class)))
  @ResponseStatus(201)
  @Operation(
      operationId = "createWebhook",
      summary = "Add a webhook",
      description =
          "The answer is the only place where the signing secret is ever shown. Events of jobs"
              + " from now on are posted to the URL, signed as Standard Webhooks 1.0 says.")
  public WebhookSecretAnswer create(
      @RequestBody(
              content =
                  @Content(
                      examples =
                          @ExampleObject(
                              name = "ends of jobs only",
                              value =
                                  """
                                  {"url": "https://example.com/hooks/imports",
                                   "eventTypes": ["io.rowledger.job.completed.v1", "io.rowledger.job.failed.v1"]}
                                  """)))
          @NotNull
          @Valid
          NewWebhook body) {
    return webhooks.create(caller.organization(), body, caller.name());
  }

  @GET
  @Path("/{id}")
  @Operation(operationId = "getWebhook", summary = "Read a webhook")
  public WebhookAnswer get(@RestPath String id) {
    return WebhookAnswer.of(webhooks.get(caller.organization(), id(id)));
  }

  @PATCH
  @Path("/{id}")
  @Operation(
      operationId = "changeWebhook",
      summary = "Change URL or event types, disable or enable",
      description =
          "While it is disabled no new events are noted for it, and what becomes due fails.")
  public WebhookAnswer change(
      @RestPath String id,
      @RequestBody(
              content =
                  @Content(
                      examples = @ExampleObject(name = "disable", value = "{\"enabled\": false}")))
          @NotNull
          @Valid
          WebhookChange body) {
    return WebhookAnswer.of(webhooks.change(caller.organization(), id(id), body));
  }

  @DELETE
  @Path("/{id}")
  @Operation(
      operationId = "deleteWebhook",
      summary = "Delete a webhook",
      description = "With its log and whatever waits to be delivered to it.")
  public Deleted delete(@RestPath String id) {
    webhooks.delete(caller.organization(), id(id));
    return new Deleted(true);
  }

  @POST
  @Path("/{id}/rotate-secret")
  @Operation(
      operationId = "rotateWebhookSecret",
      summary = "Make a new signing secret",
      description =
          "The old one goes on signing beside it for a while: webhook-signature then has two.")
  public WebhookSecretAnswer rotate(@RestPath String id) {
    return webhooks.rotate(caller.organization(), id(id));
  }

  @GET
  @Path("/{id}/deliveries")
  @Operation(
      operationId = "listWebhookDeliveries",
      summary = "Read the delivery log, newest event first")
  public DeliveryList deliveries(
      @RestPath String id,
      @RestQuery @Nullable String pageSize,
      @RestQuery @Nullable String pageToken) {
    UUID webhook = id(id);
    PageRequest request = PageRequest.of(pageSize, pageToken);
    PageRequest.Page<Delivery> page =
        request.page(
            webhooks.deliveries(caller.organization(), webhook, request), Delivery::eventId);
    return new DeliveryList(
        true, page.items().stream().map(DeliveryBody::of).toList(), page.nextPageToken());
  }

  @POST
  @Path("/{id}/deliveries/{deliveryId}/redeliver")
  @APIResponse(
      responseCode = "202",
      description = "The delivery is queued.",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = DeliveryAnswer.class)))
  @ResponseStatus(202)
  @Operation(
      operationId = "redeliverWebhook",
      summary = "Deliver an event again",
      description =
          "With the same webhook-id and body, now, and with all the retries of a new one.")
  public DeliveryAnswer redeliver(@RestPath String id, @RestPath String deliveryId) {
    return DeliveryAnswer.of(webhooks.redeliver(caller.organization(), id(id), id(deliveryId)));
  }

  @POST
  @Path("/{id}/test")
  @APIResponse(
      responseCode = "202",
      description = "The delivery is queued.",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = DeliveryAnswer.class)))
  @ResponseStatus(202)
  @Operation(
      operationId = "testWebhook",
      summary = "Send a test event",
      description = "Of type io.rowledger.webhook.test.v1; look for it in the delivery log.")
  public DeliveryAnswer test(@RestPath String id) {
    return DeliveryAnswer.of(webhooks.test(caller.organization(), id(id)));
  }

  private static UUID id(String text) {
    return Ids.parse(text).orElseThrow(ProblemException::notFound);
  }
}
