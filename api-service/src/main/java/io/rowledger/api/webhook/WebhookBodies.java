package io.rowledger.api.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What goes over the wire about webhooks, but for the events themselves. */
final class WebhookBodies {

  private static final String TYPES = "[\"io.rowledger.job.completed.v1\"]";

  private WebhookBodies() {}

  @RegisterForReflection
  @Schema(name = "NewWebhook")
  record NewWebhook(
      @Schema(
              description = "https, a host in the public internet, no user or password",
              examples = "https://example.com/hooks/imports")
          @NotBlank
          String url,
      @Schema(description = "absent or empty = all", examples = TYPES) @Size(max = 50)
          @Nullable List<@NotNull String> eventTypes) {}

  @RegisterForReflection
  @Schema(name = "WebhookChange", description = "What is absent stays as it is.")
  record WebhookChange(
      @Nullable String url,
      @Schema(description = "empty = all", examples = TYPES) @Size(max = 50)
          @Nullable List<@NotNull String> eventTypes,
      @Nullable Boolean enabled) {}

  @RegisterForReflection
  @Schema(name = "Webhook")
  record WebhookBody(
      UUID id,
      String url,
      @Schema(description = "empty = all") List<String> eventTypes,
      boolean enabled,
      @Nullable Instant disabledAt,
      @Schema(description = "MANUAL, or GONE when the endpoint answered 410")
          @Nullable String disabledReason,
      @Schema(description = "until when the secret before this one signs too")
          @Nullable Instant previousSecretUntil,
      String createdBy,
      Instant createdAt,
      Instant updatedAt) {

    static WebhookBody of(Webhook webhook) {
      return new WebhookBody(
          webhook.id(),
          webhook.url(),
          webhook.eventTypes(),
          webhook.disabledAt() == null,
          webhook.disabledAt(),
          webhook.disabledReason(),
          webhook.previousUntil(),
          webhook.createdBy(),
          webhook.createdAt(),
          webhook.updatedAt());
    }
  }

  @RegisterForReflection
  @Schema(name = "WebhookAnswer")
  record WebhookAnswer(boolean success, WebhookBody webhook) {

    static WebhookAnswer of(Webhook webhook) {
      return new WebhookAnswer(true, WebhookBody.of(webhook));
    }
  }

  @RegisterForReflection
  @Schema(name = "WebhookSecretAnswer")
  record WebhookSecretAnswer(
      boolean success,
      WebhookBody webhook,
      @Schema(description = "the signing secret; shown this once and never again") String secret) {}

  @RegisterForReflection
  @Schema(name = "WebhookList")
  record WebhookList(boolean success, List<WebhookBody> webhooks) {}

  @RegisterForReflection
  @Schema(name = "WebhookDelivery")
  record DeliveryBody(
      @Schema(description = "of the event: ce_id on the topic, webhook-id on the wire") UUID id,
      @Schema(description = "null for a test event") @Nullable UUID jobId,
      String eventType,
      @Schema(description = "pending, delivered or failed") String state,
      int attempts,
      Instant occurredAt,
      @Nullable Instant nextAttemptAt,
      @Nullable Instant lastAttemptAt,
      @Nullable Integer lastStatus,
      @Schema(
              description =
                  "HTTP_STATUS, REDIRECT, GONE, TIMEOUT, CONNECTION, TLS, UNKNOWN_HOST,"
                      + " TARGET_REFUSED, SECRET_UNREADABLE or ENDPOINT_DISABLED")
          @Nullable String lastError,
      @Nullable Integer responseMillis,
      @Nullable Instant completedAt) {

    static DeliveryBody of(Delivery delivery) {
      return new DeliveryBody(
          delivery.eventId(),
          delivery.jobId(),
          delivery.eventType(),
          delivery.state(),
          delivery.attempts(),
          delivery.occurredAt(),
          delivery.nextAttemptAt(),
          delivery.lastAttemptAt(),
          delivery.lastStatus(),
          delivery.lastError(),
          delivery.responseMillis(),
          delivery.completedAt());
    }
  }

  @RegisterForReflection
  @Schema(name = "WebhookDeliveryAnswer")
  record DeliveryAnswer(boolean success, DeliveryBody delivery) {

    static DeliveryAnswer of(Delivery delivery) {
      return new DeliveryAnswer(true, DeliveryBody.of(delivery));
    }
  }

  @RegisterForReflection
  @Schema(name = "WebhookDeliveryList")
  record DeliveryList(
      boolean success, List<DeliveryBody> deliveries, @Nullable String nextPageToken) {}

  @RegisterForReflection
  @Schema(name = "WebhookDeleted")
  record Deleted(boolean ok) {}
}
