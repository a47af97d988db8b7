package io.rowledger.worker.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rowledger.core.entity.EntityOptions;
import io.rowledger.core.entity.EntityRows;
import io.rowledger.core.job.ClaimedJob;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.transaction.TransactionOptions;
import io.rowledger.core.transaction.TransactionRows;
import io.rowledger.core.userevent.EventTypes;
import io.rowledger.core.userevent.UserEventOptions;
import io.rowledger.core.userevent.UserEventRows;
import io.rowledger.worker.entity.EntityTarget;
import io.rowledger.worker.target.KnownEntities;
import io.rowledger.worker.transaction.TransactionTarget;
import io.rowledger.worker.userevent.UserEventConfig;
import io.rowledger.worker.userevent.UserEventTarget;
import jakarta.enterprise.context.ApplicationScoped;

/** Reads from a job what is particular to it. The one place that knows every kind. */
@ApplicationScoped
class ImportPlans {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final EventTypes eventTypes;

  ImportPlans(UserEventConfig userEvents) {
    this.eventTypes = userEvents.eventTypes().map(EventTypes::of).orElse(EventTypes.OPEN);
  }

  ImportPlan<?> planOf(ClaimedJob job) {
    Mapping mapping = Mapping.fromJson(json(job.mapping()));
    JsonNode options = json(job.options());
    return switch (job.kind()) {
      case TRANSACTION -> transactions(job, mapping, TransactionOptions.fromJson(options));
      case ENTITY -> entities(mapping, EntityOptions.fromJson(options));
      case USER_EVENT -> userEvents(job, mapping, UserEventOptions.fromJson(options));
    };
  }

  private static ImportPlan<?> transactions(
      ClaimedJob job, Mapping mapping, TransactionOptions options) {
    KnownEntities known = new KnownEntities();
    return new ImportPlan<>(
        (columns, format) ->
            TransactionRows.parser(mapping.bind(columns, format), job.acceptedAt()),
        () -> new TransactionTarget(options, known),
        options.validateExistingEntity());
  }

  private static ImportPlan<?> entities(Mapping mapping, EntityOptions options) {
    return new ImportPlan<>(
        (columns, format) -> EntityRows.parser(mapping.bind(columns, format), options),
        () -> new EntityTarget(options),
        false);
  }

  private ImportPlan<?> userEvents(ClaimedJob job, Mapping mapping, UserEventOptions options) {
    KnownEntities known = new KnownEntities();
    return new ImportPlan<>(
        (columns, format) ->
            UserEventRows.parser(mapping.bind(columns, format), eventTypes, job.acceptedAt()),
        () -> new UserEventTarget(options, known),
        false);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what a job keeps is JSON", e);
    }
  }
}
