package io.rowledger.worker.entity;

import io.rowledger.core.entity.EntityOptions;
import io.rowledger.core.entity.EntityRecord;
import io.rowledger.core.entity.ImportMode;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.row.RowProblem;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.worker.target.CopyRows;
import io.rowledger.worker.target.KeyLookUp;
import io.rowledger.worker.target.RecordTarget;
import io.rowledger.worker.target.Row;
import io.rowledger.worker.target.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The table {@code entities}. Identity: organisation, country and normalised tax id. */
public final class EntityTarget implements RecordTarget<EntityRecord> {

  private static final List<String> COLUMNS =
      List.of(
          "id",
          "organization_id",
          "job_id",
          "file_number",
          "row_number",
          "external_id",
          "type",
          "tax_id",
          "country_code",
          "name",
          "status",
          "is_client",
          "nationality",
          "email",
          "phone",
          "registration_date",
          "attributes",
          "risk_factors",
          "entity_data",
          "created_at");
  private static final String KNOWN = "tax_id, country_code, type, external_id, job_id";

  private static final List<String> TYPES = List.of("person", "company");

  private record Identity(String country, String taxId) {}

  private record Known(Identity identity, String type, String externalId, UUID job) {}

  private final EntityOptions options;

  public EntityTarget(EntityOptions options) {
    this.options = options;
  }

  @Override
  public void checkReferences(Tx tx, Scope scope, List<Row<EntityRecord>> rows) {
    // Entities refer to nothing.
  }

  @Override
  public void checkDuplicates(Tx tx, Scope scope, List<Row<EntityRecord>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    Map<Identity, Known> byIdentity = new HashMap<>();
    Set<String> externalIds = new HashSet<>();
    // One statement sees one moment. Two, and another upload of the same rows that is committed
    // between them, would find the external ids and not whose they are: a failure, and not a skip.
    tx.query(
            KeyLookUp.sql("entities", "tax_id", KNOWN)
                + "UNION ALL"
                + KeyLookUp.sql("entities", "external_id", KNOWN),
            EntityTarget::known,
            scope.organization().value(),
            texts(rows, EntityRecord::taxId),
            scope.organization().value(),
            texts(rows, EntityRecord::externalId))
        .forEach(
            known -> {
              byIdentity.put(known.identity(), known);
              externalIds.add(known.externalId());
            });
    for (Row<EntityRecord> row : rows) {
      EntityRecord record = row.record();
      Identity identity = new Identity(record.countryCode(), record.taxId());
      Known known = byIdentity.get(identity);
      if (known == null) {
        known = takenBefore(scope, identity);
      }
      if (known != null) {
        row.refuse(alreadyThere(record, known, known.job().equals(scope.job().value())));
      } else if (record.externalId() != null
          && (scope.takenBefore().test(externalKey(record.externalId()))
              || !externalIds.add(record.externalId()))) {
        row.refuse(
            new RowProblem(
                RowCode.DUPLICATE_EXTERNAL_ID,
                "Another entity has this externalId.",
                "externalId",
                record.externalId()));
      } else {
        byIdentity.put(
            identity, new Known(identity, record.type(), record.taxId(), scope.job().value()));
      }
    }
  }

  private static String[] texts(
      List<Row<EntityRecord>> rows, Function<EntityRecord, @Nullable String> field) {
    return rows.stream()
        .map(row -> field.apply(row.record()))
        .filter(Objects::nonNull)
        .toArray(String[]::new);
  }

  private static @Nullable Known takenBefore(Scope scope, Identity identity) {
    for (String type : TYPES) {
      if (scope.takenBefore().test(identityKey(identity, type))) {
        return new Known(identity, type, identity.taxId(), scope.job().value());
      }
    }
    return null;
  }

  /** With the type, because an earlier row of another type is another answer. */
  private static String identityKey(Identity identity, String type) {
    return String.join("\0", "identity", identity.country(), identity.taxId(), type);
  }

  private static String externalKey(String externalId) {
    return "external\0" + externalId;
  }

  private RowProblem alreadyThere(EntityRecord record, Known known, boolean inThisUpload) {
    if (!known.type().equals(record.type())) {
      return new RowProblem(
          RowCode.TAX_ID_TYPE_MISMATCH,
          "The tax id belongs to a %s; this row says %s.".formatted(known.type(), record.type()),
          "type",
          record.type());
    }
    if (inThisUpload) {
      return new RowProblem(
          RowCode.SKIPPED_DUPLICATE_IN_FILE,
          "An earlier row of this upload has the same country and tax id.",
          "taxId",
          record.taxId());
    }
    return new RowProblem(
        options.importMode() == ImportMode.AUTOMATIC
            ? RowCode.SKIPPED_ENTITY_ALREADY_EXISTS
            : RowCode.SKIPPED_DUPLICATE_TAX_ID,
        "An entity with this country and tax id exists.",
        "taxId",
        record.taxId());
  }

  @Override
  public void copy(Tx tx, Scope scope, List<Row<EntityRecord>> rows) {
    CopyRows copy = new CopyRows("entities", COLUMNS, rows.size());
    for (Row<EntityRecord> row : rows) {
      EntityRecord r = row.record();
      UUID id = UuidV7.next();
      copy.beginRow();
      copy.uuid(id);
      copy.uuid(scope.organization().value());
      copy.uuid(scope.job().value());
      copy.integer(row.ref().fileNumber());
      copy.integer(row.ref().rowNumber());
      copy.text(r.externalId() != null ? r.externalId() : id.toString());
      copy.text(r.type());
      copy.text(r.taxId());
      copy.text(r.countryCode());
      copy.text(r.name());
      copy.text(r.status());
      copy.bool(r.isClient());
      copy.text(r.nationality());
      copy.text(r.email());
      copy.text(r.phone());
      copy.date(r.registrationDate());
      copy.jsonb(r.attributesJson());
      copy.jsonb(r.riskFactorsJson());
      copy.jsonb(r.entityDataJson());
      copy.timestamp(UuidV7.time(id));
    }
    copy.send(tx);
  }

  @Override
  public List<String> keys(EntityRecord record) {
    Identity identity = new Identity(record.countryCode(), record.taxId());
    String first = identityKey(identity, record.type());
    return record.externalId() == null
        ? List.of(first)
        : List.of(first, externalKey(record.externalId()));
  }

  @Override
  public List<String> exclusiveKeys(EntityRecord record) {
    // Whatever its type: one tax id of a country belongs to one entity.
    String identity = String.join("\0", "identity", record.countryCode(), record.taxId());
    return record.externalId() == null
        ? List.of(identity)
        : List.of(identity, externalKey(record.externalId()));
  }

  @Override
  public String rowKey(EntityRecord record) {
    return record.taxId();
  }

  @Override
  public @Nullable String entityType(EntityRecord record) {
    return record.type();
  }

  private static Known known(ResultSet row) throws SQLException {
    return new Known(
        new Identity(row.getString("country_code"), row.getString("tax_id")),
        row.getString("type"),
        row.getString("external_id"),
        row.getObject("job_id", UUID.class));
  }
}
