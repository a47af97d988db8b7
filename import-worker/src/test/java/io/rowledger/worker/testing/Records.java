package io.rowledger.worker.testing;

import io.rowledger.core.entity.EntityRecord;
import io.rowledger.core.entity.EntityReference;
import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowRef;
import io.rowledger.core.transaction.Party;
import io.rowledger.core.transaction.TransactionRecord;
import io.rowledger.core.userevent.UserEventRecord;
import io.rowledger.worker.target.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Records that nothing speaks against, and rows of them. */
public final class Records {

  private Records() {}

  public static TransactionRecord transaction(String externalId) {
    return transaction(externalId, BigDecimal.ONE, Party.NONE, Party.NONE);
  }

  public static TransactionRecord transaction(
      String externalId, BigDecimal amount, Party origin, Party destination) {
    return new TransactionRecord(
        externalId,
        "PAYMENT",
        amount,
        "USD",
        "CREATED",
        null,
        null,
        null,
        null,
        Instant.parse("2026-01-31T12:00:00Z"),
        null,
        origin,
        destination,
        null,
        null,
        null);
  }

  public static EntityRecord entity(
      String taxId, String country, String type, @Nullable String externalId) {
    return new EntityRecord(
        externalId,
        type,
        taxId,
        country,
        "A name",
        "under_review",
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** An event of the person with a tax id. */
  public static UserEventRecord event(
      @Nullable String eventId, String taxId, @Nullable String taxIdCountry) {
    return event(eventId, null, null, taxId, taxIdCountry);
  }

  public static UserEventRecord event(
      @Nullable String eventId,
      @Nullable UUID entityId,
      @Nullable String externalId,
      @Nullable String taxId,
      @Nullable String taxIdCountry) {
    return new UserEventRecord(
        eventId,
        "LOGIN",
        new EntityReference(entityId, externalId, taxId, taxIdCountry),
        null,
        Instant.parse("2026-01-31T12:00:00Z"),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  public static <R> Row<R> row(int number, R record) {
    return new Row<>(
        new RowRef(1, number),
        List.of(),
        RawRow.of(number, List.of()),
        new Checked.Valid<>(record));
  }
}
