package io.rowledger.core.userevent;

import io.rowledger.core.entity.EntityReference;
import io.rowledger.core.entity.TaxIds;
import io.rowledger.core.mapping.BoundMapping;
import io.rowledger.core.mapping.FieldCatalog;
import io.rowledger.core.mapping.FieldReader;
import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowParser;
import io.rowledger.core.row.RowProblem;
import io.rowledger.core.row.RowRefusals;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** From rows to user events: the rules of contract section 9. */
public final class UserEventRows {

  private static final FieldCatalog CATALOG = FieldCatalog.USER_EVENT;
  private static final int EVENT_TYPE = CATALOG.index("eventType");
  private static final int ENTITY_ID = CATALOG.index("entityId");
  private static final int ENTITY_EXTERNAL_ID = CATALOG.index("entityExternalId");
  private static final int TAX_ID = CATALOG.index("taxId");
  private static final int TAX_ID_COUNTRY = CATALOG.index("taxIdCountry");
  private static final int EVENT_ID = CATALOG.index("eventId");
  private static final int USER_ID = CATALOG.index("userId");
  private static final int TIMESTAMP = CATALOG.index("timestamp");
  private static final int EVENT_DATE = CATALOG.index("eventDate");
  private static final int DEVICE_ID = CATALOG.index("deviceId");
  private static final int DEVICE_DETAILS = CATALOG.index("deviceDetails");
  private static final int IP_ADDRESS = CATALOG.index("ipAddress");
  private static final int COUNTRY = CATALOG.index("country");
  private static final int IS_VPN = CATALOG.index("isVpn");
  private static final int IS_PROXY = CATALOG.index("isProxy");
  private static final int IS_NEW_DEVICE = CATALOG.index("isNewDevice");
  private static final int FAILED_ATTEMPTS_COUNT = CATALOG.index("failedAttemptsCount");
  private static final int DESTINATION_ACCOUNT_ID = CATALOG.index("destinationAccountId");
  private static final int DESTINATION_CUIT = CATALOG.index("destinationCuit");
  private static final int PREVIOUS_VALUE = CATALOG.index("previousValue");
  private static final int METADATA = CATALOG.index("metadata");
  private static final int USER_AGENT = CATALOG.index("userAgent");

  private UserEventRows() {}

  /**
   * A parser for the rows of one file; may be used by several threads.
   *
   * @param acceptedAt when the upload was accepted: the time of events that say none
   */
  public static RowParser<UserEventRecord> parser(
      BoundMapping mapping, EventTypes types, Instant acceptedAt) {
    Instant defaultTime = acceptedAt.truncatedTo(ChronoUnit.MICROS);
    return row -> parse(mapping, types, defaultTime, row);
  }

  private static Checked<UserEventRecord> parse(
      BoundMapping mapping, EventTypes types, Instant defaultTime, RawRow row) {
    if (row.malformed() != null) {
      return RowRefusals.malformed(row.malformed());
    }
    FieldReader fields = new FieldReader(mapping.map(row));
    String eventId = fields.text(EVENT_ID);
    String eventType = eventType(fields, types);
    EntityReference entity = entity(fields);
    String userId = fields.text(USER_ID);
    Instant timestamp = fields.instant(TIMESTAMP);
    LocalDate eventDate = fields.date(EVENT_DATE);
    String deviceId = fields.text(DEVICE_ID);
    String deviceDetails = fields.objectText(DEVICE_DETAILS);
    String ipAddress = ipAddress(fields);
    String country = fields.country(COUNTRY);
    Boolean vpn = fields.bool(IS_VPN);
    Boolean proxy = fields.bool(IS_PROXY);
    Boolean newDevice = fields.bool(IS_NEW_DEVICE);
    Integer failedAttempts = fields.integer(FAILED_ATTEMPTS_COUNT);
    String destinationAccountId = fields.text(DESTINATION_ACCOUNT_ID);
    String destinationCuit = fields.text(DESTINATION_CUIT);
    String previousValue = fields.text(PREVIOUS_VALUE);
    String metadata = fields.objectText(METADATA);
    String userAgent = fields.text(USER_AGENT);

    RowProblem problem = fields.problem();
    if (problem != null || eventType == null) {
      return RowRefusals.invalid(fields.raw(EVENT_ID), null, problem);
    }
    return new Checked.Valid<>(
        new UserEventRecord(
            eventId,
            eventType,
            entity,
            userId,
            timestamp == null ? defaultTime : timestamp,
            eventDate,
            deviceId,
            deviceDetails,
            ipAddress,
            country,
            vpn,
            proxy,
            newDevice,
            failedAttempts,
            destinationAccountId,
            destinationCuit,
            previousValue,
            metadata,
            userAgent));
  }

  private static @Nullable String eventType(FieldReader fields, EventTypes types) {
    String type = fields.text(EVENT_TYPE);
    if (type != null && !types.take(type)) {
      fields.refuse(EVENT_TYPE, "is not valid: expected " + types.expected() + ".");
    }
    return type;
  }

  private static @Nullable String ipAddress(FieldReader fields) {
    String address = fields.text(IP_ADDRESS);
    if (address != null && !IpAddresses.isAddress(address)) {
      fields.refuse(
          IP_ADDRESS,
          "is not valid: expected an IPv4 or IPv6 address such as 203.0.113.7 or 2001:db8::7.");
    }
    return address;
  }

  private static EntityReference entity(FieldReader fields) {
    UUID id = fields.uuid(ENTITY_ID);
    String externalId = fields.text(ENTITY_EXTERNAL_ID);
    String country = fields.country(TAX_ID_COUNTRY);
    String taxId = taxId(fields, country);
    if (fields.raw(ENTITY_ID) == null
        && fields.raw(ENTITY_EXTERNAL_ID) == null
        && fields.raw(TAX_ID) == null) {
      fields.refuseAbsent(ENTITY_ID, "an event needs entityId, entityExternalId or taxId");
    }
    return new EntityReference(id, externalId, taxId, country);
  }

  private static @Nullable String taxId(FieldReader fields, @Nullable String country) {
    String raw = fields.text(TAX_ID);
    if (raw == null) {
      return null;
    }
    if (country != null) {
      TaxIds.Result result = TaxIds.normalize(country, raw, null);
      if (result.expected() != null) {
        fields.refuse(TAX_ID, "is not valid: expected " + result.expected() + ".");
      }
      return result.taxId();
    }
    String bare = TaxIds.comparable(null, raw);
    if (bare == null) {
      fields.refuse(TAX_ID, "is not valid: expected letters or digits.");
    }
    return bare;
  }
}
