package io.rowledger.benchmark;

import java.util.Map;

/**
 * What can be imported, where it is sent to, and how {@code COPY} takes it.
 *
 * @see SampleFile
 */
enum Kind {
  TRANSACTIONS(
      "transactions",
      "/batch-import/import/transactions",
      "external_id,type,amount,currency,status,description,transacted_at,channel",
      "id, organization_id, job_id, file_number, row_number, external_id, type, amount, currency,"
          + " status, description, transacted_at, channel, created_at"),
  ENTITIES(
      "entities",
      "/batch-import/import/entities",
      "external_id,tax_id,type,suggested_name,country_code",
      "id, organization_id, job_id, file_number, row_number, external_id, type, tax_id,"
          + " country_code, name, status, created_at"),
  USER_EVENTS(
      "user_events",
      "/batch-import/import/user-events",
      "event_id,event_type,entity_external_id,user_id,timestamp,device_id,ip_address,country",
      "id, organization_id, job_id, file_number, row_number, event_id, event_type, entity_id,"
          + " entity_external_id, user_id, occurred_at, device_id, ip_address, country,"
          + " created_at");

  private final String table;
  private final String route;
  private final String header;
  private final String copyColumns;

  Kind(String table, String route, String header, String copyColumns) {
    this.table = table;
    this.route = route;
    this.header = header;
    this.copyColumns = copyColumns;
  }

  String table() {
    return table;
  }

  /** For people: {@code user events}. */
  String title() {
    return table.replace('_', ' ');
  }

  String route() {
    return route;
  }

  /** Of the file that is uploaded: the names of the fields. */
  String header() {
    return header;
  }

  String copyColumns() {
    return copyColumns;
  }

  /** The form fields of an upload. Only transactions know modes; the others collect errors. */
  Map<String, String> fields(Mode mode) {
    return this == TRANSACTIONS
        ? Map.of("batchErrorHandling", mode.wireName(), "validateExistingEntity", "false")
        : Map.of();
  }
}
