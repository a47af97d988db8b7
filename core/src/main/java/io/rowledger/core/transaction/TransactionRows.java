package io.rowledger.core.transaction;

import io.rowledger.core.entity.TaxIds;
import io.rowledger.core.mapping.BoundMapping;
import io.rowledger.core.mapping.Countries;
import io.rowledger.core.mapping.FieldCatalog;
import io.rowledger.core.mapping.FieldReader;
import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowParser;
import io.rowledger.core.row.RowProblem;
import io.rowledger.core.row.RowRefusals;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** From rows to transactions: the rules of contract section 9. */
public final class TransactionRows {

  private static final FieldCatalog CATALOG = FieldCatalog.TRANSACTION;
  private static final int EXTERNAL_ID = CATALOG.index("externalId");
  private static final int TYPE = CATALOG.index("type");
  private static final int AMOUNT = CATALOG.index("amount");
  private static final int CURRENCY = CATALOG.index("currency");
  private static final int STATUS = CATALOG.index("status");
  private static final int PAYMENT_METHOD = CATALOG.index("paymentMethod");
  private static final int DESCRIPTION = CATALOG.index("description");
  private static final int CATEGORY = CATALOG.index("category");
  private static final int REASON = CATALOG.index("reason");
  private static final int TRANSACTED_AT = CATALOG.index("transactedAt");
  private static final int CHANNEL = CATALOG.index("channel");
  private static final int LOCATION_DETAILS = CATALOG.index("locationDetails");
  private static final int DEVICE_DETAILS = CATALOG.index("deviceDetails");
  private static final int METADATA = CATALOG.index("metadata");
  private static final PartyFields ORIGIN = PartyFields.of("origin");
  private static final PartyFields DESTINATION = PartyFields.of("destination");
  private static final String DEFAULT_STATUS = "CREATED";

  private TransactionRows() {}

  private record PartyFields(
      int entityId, int externalId, int taxId, int name, int country, int details) {
    static PartyFields of(String side) {
      return new PartyFields(
          CATALOG.index(side + "EntityId"),
          CATALOG.index(side + "ExternalId"),
          CATALOG.index(side + "TaxId"),
          CATALOG.index(side + "Name"),
          CATALOG.index(side + "Country"),
          CATALOG.index(side + "Details"));
    }
  }

  /**
   * A parser for the rows of one file; may be used by several threads.
   *
   * @param acceptedAt when the upload was accepted: the time of transactions that say none
   */
  public static RowParser<TransactionRecord> parser(BoundMapping mapping, Instant acceptedAt) {
    Instant defaultTime = acceptedAt.truncatedTo(ChronoUnit.MICROS);
    return row -> parse(mapping, defaultTime, row);
  }

  private static Checked<TransactionRecord> parse(
      BoundMapping mapping, Instant defaultTime, RawRow row) {
    if (row.malformed() != null) {
      return RowRefusals.malformed(row.malformed());
    }
    FieldReader fields = new FieldReader(mapping.map(row));
    String externalId = fields.text(EXTERNAL_ID);
    String type = fields.choice(TYPE);
    BigDecimal amount = fields.decimal(AMOUNT);
    String currency = fields.currency(CURRENCY);
    String status = fields.choice(STATUS);
    String paymentMethod = fields.choice(PAYMENT_METHOD);
    String description = fields.text(DESCRIPTION);
    String category = fields.text(CATEGORY);
    String reason = fields.text(REASON);
    Instant transactedAt = fields.instant(TRANSACTED_AT);
    String channel = fields.text(CHANNEL);
    Party origin = party(fields, ORIGIN);
    Party destination = party(fields, DESTINATION);
    String location = fields.objectText(LOCATION_DETAILS);
    String device = fields.objectText(DEVICE_DETAILS);
    String metadata = fields.objectText(METADATA);

    RowProblem problem = fields.problem();
    if (problem != null
        || externalId == null
        || type == null
        || amount == null
        || currency == null) {
      return RowRefusals.invalid(fields.raw(EXTERNAL_ID), null, problem);
    }
    return new Checked.Valid<>(
        new TransactionRecord(
            externalId,
            type,
            amount,
            currency,
            status == null ? DEFAULT_STATUS : status,
            paymentMethod,
            description,
            category,
            reason,
            transactedAt == null ? defaultTime : transactedAt,
            channel,
            origin,
            destination,
            location,
            device,
            metadata));
  }

  private static Party party(FieldReader fields, PartyFields at) {
    Party party =
        new Party(
            fields.uuid(at.entityId()),
            fields.text(at.externalId()),
            fields.text(at.taxId()),
            fields.text(at.name()),
            fields.text(at.country()),
            fields.objectText(at.details()));
    if (party.equals(Party.NONE)) {
      return Party.NONE;
    }
    String iso = party.country() == null ? null : Countries.canonical(party.country());
    return new Party(
        party.entityId(),
        party.externalId(),
        party.taxId() == null ? null : TaxIds.comparable(iso, party.taxId()),
        party.name(),
        iso == null ? party.country() : iso,
        party.detailsJson());
  }
}
