package io.rowledger.worker.transaction;

import io.rowledger.core.entity.EntityReference;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.row.RowProblem;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.core.transaction.Party;
import io.rowledger.core.transaction.TransactionOptions;
import io.rowledger.core.transaction.TransactionRecord;
import io.rowledger.worker.target.CopyRows;
import io.rowledger.worker.target.EntityResolver;
import io.rowledger.worker.target.EntityResolver.Resolution;
import io.rowledger.worker.target.KeyLookUp;
import io.rowledger.worker.target.KnownEntities;
import io.rowledger.worker.target.RecordTarget;
import io.rowledger.worker.target.Row;
import io.rowledger.worker.target.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code transactions}. One instance for each job; not thread-safe. */
public final class TransactionTarget implements RecordTarget<TransactionRecord> {

  private static final List<String> COLUMNS =
      List.of(
          "id",
          "organization_id",
          "job_id",
          "file_number",
          "row_number",
          "external_id",
          "type",
          "amount",
          "currency",
          "status",
          "payment_method",
          "description",
          "category",
          "reason",
          "transacted_at",
          "channel",
          "origin_entity_id",
          "origin_external_id",
          "origin_tax_id",
          "origin_name",
          "origin_country",
          "origin_details",
          "destination_entity_id",
          "destination_external_id",
          "destination_tax_id",
          "destination_name",
          "destination_country",
          "destination_details",
          "location_details",
          "device_details",
          "metadata",
          "created_at");

  private record Parties(@Nullable UUID origin, @Nullable UUID destination) {
    static final Parties NONE = new Parties(null, null);
  }

  private final TransactionOptions options;
  private final KnownEntities known;
  private final IdentityHashMap<Row<TransactionRecord>, Parties> resolved = new IdentityHashMap<>();

  /**
   * Makes the target of one connection.
   *
   * @param known of the job, for all its connections
   */
  public TransactionTarget(TransactionOptions options, KnownEntities known) {
    this.options = options;
    this.known = known;
  }

  @Override
  public void checkReferences(Tx tx, Scope scope, List<Row<TransactionRecord>> rows) {
    resolved.clear();
    List<EntityReference> named = new ArrayList<>();
    for (Row<TransactionRecord> row : rows) {
      addIfNamed(named, row.record().origin());
      addIfNamed(named, row.record().destination());
    }
    if (named.isEmpty()) {
      return;
    }
    EntityResolver resolver = EntityResolver.load(tx, scope, named, known);
    for (Row<TransactionRecord> row : rows) {
      Resolution origin = resolver.resolve(row.record().origin().reference());
      Resolution destination = resolver.resolve(row.record().destination().reference());
      if (options.validateExistingEntity()) {
        refuse(row, "origin", row.record().origin(), origin);
        refuse(row, "destination", row.record().destination(), destination);
      }
      resolved.put(row, new Parties(origin.entityId(), destination.entityId()));
    }
  }

  private static void addIfNamed(List<EntityReference> named, Party party) {
    EntityReference reference = party.reference();
    if (!reference.isNone()) {
      named.add(reference);
    }
  }

  private static void refuse(
      Row<TransactionRecord> row, String side, Party party, Resolution resolution) {
    RowCode code = resolution.problem();
    if (code == null || !row.good()) {
      return;
    }
    String field;
    String value;
    if (party.entityId() != null) {
      field = side + "EntityId";
      value = party.entityId().toString();
    } else if (party.externalId() != null) {
      field = side + "ExternalId";
      value = party.externalId();
    } else {
      field = side + "TaxId";
      value = party.taxId();
    }
    String message =
        code == RowCode.AMBIGUOUS_TAX_ID
            ? "Several entities have the tax id in %s; name the %s by external id, or add its country."
                .formatted(field, side)
            : "No entity matches %s; import the %s entity first, or send validateExistingEntity=false."
                .formatted(field, side);
    row.refuse(new RowProblem(code, message, field, value));
  }

  @Override
  public void checkDuplicates(Tx tx, Scope scope, List<Row<TransactionRecord>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    Map<String, UUID> there = new HashMap<>();
    KeyLookUp.find(
        tx,
        "transactions",
        "external_id",
        "external_id, job_id",
        row -> there.put(row.getString(1), row.getObject(2, UUID.class)),
        scope.organization(),
        rows.stream().map(row -> row.record().externalId()).toArray(String[]::new));
    Set<String> before = new HashSet<>();
    for (Row<TransactionRecord> row : rows) {
      String externalId = row.record().externalId();
      UUID job = there.get(externalId);
      boolean earlierRow =
          !before.add(externalId)
              || scope.job().value().equals(job)
              || scope.takenBefore().test(externalId);
      if (earlierRow || job != null) {
        row.refuse(duplicate(externalId, earlierRow));
      }
    }
  }

  private RowProblem duplicate(String externalId, boolean inThisUpload) {
    String where =
        inThisUpload
            ? "An earlier row of this upload has the same externalId."
            : "A transaction with this externalId exists.";
    RowCode code =
        !options.skipDuplicates()
            ? RowCode.DUPLICATE_EXTERNAL_ID
            : inThisUpload
                ? RowCode.SKIPPED_DUPLICATE_IN_FILE
                : RowCode.SKIPPED_DUPLICATE_EXTERNAL_ID;
    return new RowProblem(code, where, "externalId", externalId);
  }

  @Override
  public void copy(Tx tx, Scope scope, List<Row<TransactionRecord>> rows) {
    CopyRows copy = new CopyRows("transactions", COLUMNS, rows.size());
    for (Row<TransactionRecord> row : rows) {
      TransactionRecord r = row.record();
      Parties parties = resolved.getOrDefault(row, Parties.NONE);
      UUID id = UuidV7.next();
      copy.beginRow();
      copy.uuid(id);
      copy.uuid(scope.organization().value());
      copy.uuid(scope.job().value());
      copy.integer(row.ref().fileNumber());
      copy.integer(row.ref().rowNumber());
      copy.text(r.externalId());
      copy.text(r.type());
      copy.numeric(r.amount());
      copy.text(r.currency());
      copy.text(r.status());
      copy.text(r.paymentMethod());
      copy.text(r.description());
      copy.text(r.category());
      copy.text(r.reason());
      copy.timestamp(r.transactedAt());
      copy.text(r.channel());
      party(copy, r.origin(), parties.origin());
      party(copy, r.destination(), parties.destination());
      copy.jsonb(r.locationDetailsJson());
      copy.jsonb(r.deviceDetailsJson());
      copy.jsonb(r.metadataJson());
      copy.timestamp(UuidV7.time(id));
    }
    copy.send(tx);
  }

  private static void party(CopyRows copy, Party party, @Nullable UUID entityId) {
    // Without validation a party may name an entity that is to come: what it said is kept.
    copy.uuid(entityId != null ? entityId : party.entityId());
    copy.text(party.externalId());
    copy.text(party.taxId());
    copy.text(party.name());
    copy.text(party.country());
    copy.jsonb(party.detailsJson());
  }

  @Override
  public List<String> keys(TransactionRecord record) {
    return List.of(record.externalId());
  }

  @Override
  public String rowKey(TransactionRecord record) {
    return record.externalId();
  }
}
