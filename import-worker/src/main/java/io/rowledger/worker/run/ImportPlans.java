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
import io.rowledger.worker.entity.EntityTarget;
import io.rowledger.worker.transaction.TransactionTarget;
import jakarta.enterprise.context.ApplicationScoped;

/** Reads from a job what is particular to it. The one place that knows every kind. */
@ApplicationScoped
class ImportPlans {

  private static final ObjectMapper JSON = new ObjectMapper();

  ImportPlan<?> planOf(ClaimedJob job) {
    Mapping mapping = Mapping.fromJson(json(job.mapping()));
    JsonNode options = json(job.options());
    return switch (job.kind()) {
      case TRANSACTION -> transactions(job, mapping, TransactionOptions.fromJson(options));
      case ENTITY -> entities(mapping, EntityOptions.fromJson(options));
      case USER_EVENT ->
          throw new IllegalStateException("this version cannot import " + job.kind().wireName());
    };
  }

  private static ImportPlan<?> transactions(
      ClaimedJob job, Mapping mapping, TransactionOptions options) {
    return new ImportPlan<>(
        (columns, format) ->
            TransactionRows.parser(mapping.bind(columns, format), job.acceptedAt()),
        new TransactionTarget(options),
        options.validateExistingEntity());
  }

  private static ImportPlan<?> entities(Mapping mapping, EntityOptions options) {
    return new ImportPlan<>(
        (columns, format) -> EntityRows.parser(mapping.bind(columns, format), options),
        new EntityTarget(options),
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
