package io.rowledger.api.failures;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.RowResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One row that was not imported, in the shapes of contract section 6. */
final class FailureItem {

  private FailureItem() {}

  /**
   * The item.
   *
   * @param fileName null when it is not known
   */
  static ObjectNode json(
      RowResult result, JobKind kind, @Nullable String fileName, boolean withValue) {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    switch (kind) {
      case TRANSACTION -> item.put("externalId", result.rowKey());
      case USER_EVENT -> item.put("rowKey", rowKey(result));
      case ENTITY -> {
        item.put("taxId", result.rowKey());
        item.put("type", result.entityType());
        item.put("outcome", result.failed() ? "failed" : "skipped_existing");
      }
    }
    item.put("code", result.problem().code().name());
    item.put("message", result.problem().message());
    item.put("rowNumber", result.ref().rowNumber());
    item.put("fileNumber", result.ref().fileNumber());
    item.put("fileName", fileName);
    item.put("column", result.problem().column());
    if (withValue) {
      item.put("value", result.problem().value());
    }
    item.put("retryable", result.problem().code().retryable());
    return item;
  }

  static List<String> csvHeader(JobKind kind) {
    return switch (kind) {
      case TRANSACTION -> List.of("external_id", "code", "error");
      case USER_EVENT -> List.of("row_key", "code", "error");
      case ENTITY -> List.of("tax_id", "type", "outcome", "code", "error_message");
    };
  }

  static List<@Nullable String> csv(RowResult result, JobKind kind) {
    List<@Nullable String> cells = new ArrayList<>();
    switch (kind) {
      case TRANSACTION -> cells.add(result.rowKey());
      case USER_EVENT -> cells.add(rowKey(result));
      case ENTITY -> {
        cells.add(result.rowKey());
        cells.add(result.entityType());
        cells.add("failed");
      }
    }
    cells.add(result.problem().code().name());
    cells.add(result.problem().message());
    return cells;
  }

  private static String rowKey(RowResult result) {
    return "row_" + result.ref().rowNumber();
  }
}
