package io.rowledger.core.mapping;

import java.util.List;

/** The fields of a user event (contract section 9). */
final class UserEventFields {

  static final List<Field> ALL =
      List.of(
          Field.text("eventType", 100).mandatory(),
          Field.of("entityId", FieldType.UUID),
          Field.text("entityExternalId", 256),
          Field.text("taxId", 64),
          // Not "country": that one says where the event happened.
          Field.of("taxIdCountry", FieldType.COUNTRY),
          Field.text("eventId", 256),
          Field.text("userId", 256),
          Field.of("timestamp", FieldType.INSTANT).defaulting("time of acceptance"),
          Field.of("eventDate", FieldType.DATE),
          Field.text("deviceId", 256),
          Field.of("deviceDetails", FieldType.OBJECT),
          Field.text("ipAddress", 64),
          Field.of("country", FieldType.COUNTRY),
          Field.of("isVpn", FieldType.BOOLEAN),
          Field.of("isProxy", FieldType.BOOLEAN),
          Field.of("isNewDevice", FieldType.BOOLEAN),
          Field.of("failedAttemptsCount", FieldType.INTEGER),
          Field.text("destinationAccountId", 256),
          Field.text("destinationCuit", 64),
          Field.text("previousValue", 4000),
          Field.of("metadata", FieldType.OBJECT),
          Field.text("userAgent", 2000));

  /** An event needs one of these. */
  static final List<String> REFERENCES = List.of("entityId", "entityExternalId", "taxId");

  private UserEventFields() {}
}
