package io.rowledger.api.record;

import static io.rowledger.api.record.Column.text;

import java.util.List;
import java.util.stream.Stream;

/**
 * The tables of records: what callers see of each (contract section 9).
 *
 * @param key the column of the id that callers give, unique in an organisation
 * @param columns in the order of the JSON object
 */
record RecordTable(String table, String key, List<Column> columns) {

  private static final List<Column> OF_ALL =
      List.of(
          text("id"),
          text("jobId"),
          Column.of("fileNumber", Column.Type.INTEGER),
          Column.of("rowNumber", Column.Type.INTEGER),
          Column.of("createdAt", Column.Type.TIME));

  static final RecordTable ENTITIES =
      with(
          "entities",
          "external_id",
          text("externalId"),
          text("type"),
          text("taxId"),
          text("countryCode"),
          text("name"),
          text("status"),
          Column.of("isClient", Column.Type.BOOLEAN),
          text("nationality"),
          text("email"),
          text("phone"),
          Column.of("registrationDate", Column.Type.DATE),
          Column.of("attributes", Column.Type.JSON),
          Column.of("riskFactors", Column.Type.JSON),
          Column.of("entityData", Column.Type.JSON));

  static final RecordTable TRANSACTIONS =
      with(
          "transactions",
          "external_id",
          text("externalId"),
          text("type"),
          Column.of("amount", Column.Type.DECIMAL),
          text("currency"),
          text("status"),
          text("paymentMethod"),
          text("description"),
          text("category"),
          text("reason"),
          Column.of("transactedAt", Column.Type.TIME),
          text("channel"),
          text("originEntityId"),
          text("originExternalId"),
          text("originTaxId"),
          text("originName"),
          text("originCountry"),
          Column.of("originDetails", Column.Type.JSON),
          text("destinationEntityId"),
          text("destinationExternalId"),
          text("destinationTaxId"),
          text("destinationName"),
          text("destinationCountry"),
          Column.of("destinationDetails", Column.Type.JSON),
          Column.of("locationDetails", Column.Type.JSON),
          Column.of("deviceDetails", Column.Type.JSON),
          Column.of("metadata", Column.Type.JSON));

  static final RecordTable USER_EVENTS =
      with(
          "user_events",
          "event_id",
          text("eventId"),
          text("eventType"),
          text("entityId"),
          text("entityExternalId"),
          text("taxId"),
          text("taxIdCountry"),
          text("userId"),
          Column.of("timestamp", Column.Type.TIME).from("occurred_at"),
          Column.of("eventDate", Column.Type.DATE),
          text("deviceId"),
          Column.of("deviceDetails", Column.Type.JSON),
          text("ipAddress"),
          text("country"),
          Column.of("isVpn", Column.Type.BOOLEAN),
          Column.of("isProxy", Column.Type.BOOLEAN),
          Column.of("isNewDevice", Column.Type.BOOLEAN),
          Column.of("failedAttemptsCount", Column.Type.INTEGER),
          text("destinationAccountId"),
          text("destinationCuit"),
          text("previousValue"),
          Column.of("metadata", Column.Type.JSON),
          text("userAgent"));

  private static RecordTable with(String table, String key, Column... own) {
    return new RecordTable(table, key, Stream.concat(OF_ALL.stream(), Stream.of(own)).toList());
  }
}
