package io.rowledger.api.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import io.rowledger.api.webhook.WebhookBodies.NewWebhook;
import io.rowledger.api.webhook.WebhookBodies.WebhookBody;
import io.rowledger.api.webhook.WebhookBodies.WebhookChange;
import io.rowledger.api.webhook.WebhookBodies.WebhookSecretAnswer;
import io.rowledger.api.webhook.WebhookSecrets.Made;
import io.rowledger.api.wire.PageRequest;
import io.rowledger.core.event.JobEventType;
import io.rowledger.core.sql.Database;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an organisation can do with its webhooks. */
@ApplicationScoped
class Webhooks {

  private static final String TEST = "io.rowledger.webhook.test.v1";

  private static final List<String> TYPES =
      Arrays.stream(JobEventType.values()).map(JobEventType::wireName).toList();

  private final Database database;
  private final WebhookRepository webhooks;
  private final DeliveryRepository deliveries;
  private final WebhookSecrets secrets;
  private final Targets targets;
  private final WebhookDispatcher dispatcher;
  private final WebhooksConfig config;

  Webhooks(
      Database database,
      WebhookRepository webhooks,
      DeliveryRepository deliveries,
      WebhookSecrets secrets,
      Targets targets,
      WebhookDispatcher dispatcher,
      WebhooksConfig config) {
    this.database = database;
    this.webhooks = webhooks;
    this.deliveries = deliveries;
    this.secrets = secrets;
    this.targets = targets;
    this.dispatcher = dispatcher;
    this.config = config;
  }

  List<Webhook> list(OrgId organization) {
    return database.transaction(organization, tx -> webhooks.list(tx, organization));
  }

  Webhook get(OrgId organization, UUID id) {
    return database.transaction(organization, tx -> find(tx, organization, id));
  }

  WebhookSecretAnswer create(OrgId organization, NewWebhook wanted, String createdBy) {
    check(wanted.url(), wanted.eventTypes());
    List<String> types = distinct(wanted.eventTypes());
    UUID id = UuidV7.next();
    Made secret = secrets.make(id);
    Webhook made =
        database.transaction(
            organization,
            tx -> {
              webhooks.lockOrganization(tx, organization);
              if (webhooks.count(tx, organization) >= config.maxPerOrganization()) {
                throw new ProblemException(
                    Problem.CONFLICT,
                    "An organisation may have %d webhooks; delete one first."
                        .formatted(config.maxPerOrganization()));
              }
              return webhooks.insert(
                  tx,
                  organization,
                  id,
                  wanted.url(),
                  types == null ? List.of() : types,
                  secret,
                  createdBy);
            });
    return new WebhookSecretAnswer(true, WebhookBody.of(made), secret.shown());
  }

  Webhook change(OrgId organization, UUID id, WebhookChange change) {
    // Before anything is looked up for somebody who has no such webhook.
    get(organization, id);
    check(change.url(), change.eventTypes());
    return database.transaction(
        organization,
        tx ->
            webhooks
                .change(
                    tx,
                    organization,
                    id,
                    change.url(),
                    distinct(change.eventTypes()),
                    change.enabled())
                .orElseThrow(ProblemException::notFound));
  }

  void delete(OrgId organization, UUID id) {
    database.run(
        organization,
        tx -> {
          if (!webhooks.delete(tx, organization, id)) {
            throw ProblemException.notFound();
          }
          deliveries.deleteOf(tx, organization, id);
        });
  }

  WebhookSecretAnswer rotate(OrgId organization, UUID id) {
    Made secret = secrets.make(id);
    Webhook rotated =
        database.transaction(
            organization,
            tx ->
                webhooks
                    .rotate(tx, organization, id, secret, config.rotationOverlap())
                    .orElseThrow(ProblemException::notFound));
    return new WebhookSecretAnswer(true, WebhookBody.of(rotated), secret.shown());
  }

  /** One more than the page has. */
  List<Delivery> deliveries(OrgId organization, UUID id, PageRequest page) {
    return database.transaction(
        organization,
        tx -> {
          find(tx, organization, id);
          return deliveries.page(tx, organization, id, page);
        });
  }

  Delivery redeliver(OrgId organization, UUID id, UUID event) {
    Delivery due =
        database.transaction(
            organization,
            tx -> {
              refuseDisabled(find(tx, organization, id));
              return deliveries
                  .redeliver(tx, organization, id, event)
                  .orElseThrow(ProblemException::notFound);
            });
    dispatcher.wake();
    return due;
  }

  Delivery test(OrgId organization, UUID id) {
    String data = JsonNodeFactory.instance.objectNode().put("webhookId", id.toString()).toString();
    Delivery due =
        database.transaction(
            organization,
            tx -> {
              refuseDisabled(find(tx, organization, id));
              return deliveries.insertTest(tx, organization, id, UuidV7.next(), TEST, data);
            });
    dispatcher.wake();
    return due;
  }

  private Webhook find(Tx tx, OrgId organization, UUID id) {
    return webhooks.find(tx, organization, id).orElseThrow(ProblemException::notFound);
  }

  private static void refuseDisabled(Webhook webhook) {
    if (webhook.disabledAt() != null) {
      throw new ProblemException(
          Problem.CONFLICT, "The webhook is disabled. Enable it first: PATCH {\"enabled\": true}.");
    }
  }

  private void check(@Nullable String url, @Nullable List<String> eventTypes) {
    List<Detail> wrong = new ArrayList<>();
    if (url != null) {
      try {
        targets.resolve(url);
      } catch (RefusedTargetException e) {
        wrong.add(new Detail("url", String.valueOf(e.getMessage())));
      }
    }
    for (int i = 0; eventTypes != null && i < eventTypes.size(); i++) {
      if (!TYPES.contains(eventTypes.get(i))) {
        wrong.add(
            new Detail("eventTypes[" + i + "]", "must be one of " + String.join(", ", TYPES)));
      }
    }
    if (!wrong.isEmpty()) {
      throw ProblemException.invalid(wrong);
    }
  }

  private static @Nullable List<String> distinct(@Nullable List<String> eventTypes) {
    return eventTypes == null ? null : eventTypes.stream().distinct().toList();
  }
}
