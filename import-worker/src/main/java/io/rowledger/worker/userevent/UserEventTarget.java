package io.rowledger.worker.userevent;

import io.rowledger.core.entity.EntityReference;
import io.rowledger.core.entity.TaxIds;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.row.RowProblem;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.core.userevent.UserEventOptions;
import io.rowledger.core.userevent.UserEventRecord;
import io.rowledger.worker.entity.AutoEntityTarget;
import io.rowledger.worker.entity.AutoEntityTarget.Created;
import io.rowledger.worker.entity.AutoEntityTarget.NewPerson;
import io.rowledger.worker.target.CopyRows;
import io.rowledger.worker.target.EntityResolver;
import io.rowledger.worker.target.EntityResolver.Resolution;
import io.rowledger.worker.target.KeyLookUp;
import io.rowledger.worker.target.KnownEntities;
import io.rowledger.worker.target.RecordTarget;
import io.rowledger.worker.target.Row;
import io.rowledger.worker.target.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code user_events}, and the persons that events bring along. One instance for each
 * job; not thread-safe.
 *
 * <p>Whether an event has its entity can depend on the events before it: one of them may create it,
 * unless it is a duplicate itself. So both questions are answered in one walk in file order, and
 * the outcome does not depend on how a file was cut into chunks.
 */
public final class UserEventTarget implements RecordTarget<UserEventRecord> {

  private static final List<String> COLUMNS =
      List.of(
          "id",
          "organization_id",
          "job_id",
          "file_number",
          "row_number",
          "event_id",
          "event_type",
          "entity_id",
          "entity_external_id",
          "tax_id",
          "tax_id_country",
          "user_id",
          "occurred_at",
          "event_date",
          "device_id",
          "device_details",
          "ip_address",
          "country",
          "is_vpn",
          "is_proxy",
          "is_new_device",
          "failed_attempts_count",
          "destination_account_id",
          "destination_cuit",
          "previous_value",
          "metadata",
          "user_agent",
          "created_at");

  private final UserEventOptions options;
  private final KnownEntities known;
  private final IdentityHashMap<Row<UserEventRecord>, UUID> entityOf = new IdentityHashMap<>();

  /** Persons to be created when a row that needs them is written, by the id they are to get. */
  private final Map<UUID, NewPerson> expected = new HashMap<>();

  /** Where those of them are that were created, or found to be there by now. */
  private final Map<UUID, UUID> settled = new HashMap<>();

  private @Nullable EntityResolver entities;
  private int created;

  /**
   * Makes the target of one connection.
   *
   * @param known of the job, for all its connections
   */
  public UserEventTarget(UserEventOptions options, KnownEntities known) {
    this.options = options;
    this.known = known;
  }

  @Override
  public void checkReferences(Tx tx, Scope scope, List<Row<UserEventRecord>> rows) {
    entityOf.clear();
    expected.clear();
    settled.clear();
    created = 0;
    entities =
        EntityResolver.load(
            tx, scope, rows.stream().map(row -> row.record().entity()).toList(), known);
  }

  @Override
  public void checkDuplicates(Tx tx, Scope scope, List<Row<UserEventRecord>> rows) {
    Map<String, UUID> there = eventsThere(tx, scope, rows);
    Set<String> before = new HashSet<>();
    for (Row<UserEventRecord> row : rows) {
      Resolution entity = entities().resolve(row.record().entity());
      NewPerson person =
          entity.problem() == RowCode.ENTITY_NOT_FOUND && options.withAutoEntity()
              ? person(row)
              : null;
      if (entity.problem() != null && person == null) {
        row.refuse(notFound(row.record().entity(), entity.problem()));
        continue;
      }
      String eventId = row.record().eventId();
      if (eventId != null) {
        boolean earlierRow =
            before.contains(eventId)
                || scope.job().value().equals(there.get(eventId))
                || scope.takenBefore().test(eventId);
        if (earlierRow || there.containsKey(eventId)) {
          row.refuse(duplicate(eventId, earlierRow));
          continue;
        }
        before.add(eventId);
      }
      if (person == null) {
        entityOf.put(row, entity.entityId());
      } else {
        expected.put(person.id(), person);
        entities().expect(person.id(), person.externalId(), person.taxId(), person.country());
        entityOf.put(row, person.id());
      }
    }
  }

  private static Map<String, UUID> eventsThere(
      Tx tx, Scope scope, List<Row<UserEventRecord>> rows) {
    String[] wanted =
        rows.stream()
            .map(row -> row.record().eventId())
            .filter(Objects::nonNull)
            .toArray(String[]::new);
    Map<String, UUID> there = new HashMap<>();
    if (wanted.length > 0) {
      KeyLookUp.find(
          tx,
          "user_events",
          "event_id",
          "event_id, job_id",
          row -> there.put(row.getString(1), row.getObject(2, UUID.class)),
          scope.organization(),
          wanted);
    }
    return there;
  }

  /** Null when the row does not say enough to create somebody. */
  private static @Nullable NewPerson person(Row<UserEventRecord> row) {
    EntityReference entity = row.record().entity();
    String taxId = personTaxId(entity);
    return taxId == null
        ? null
        : new NewPerson(UuidV7.next(), entity.externalId(), taxId, entity.country(), row.ref());
  }

  private static @Nullable String personTaxId(EntityReference entity) {
    return entity.taxId() == null || entity.country() == null
        ? null
        : TaxIds.normalize(entity.country(), entity.taxId(), "person").taxId();
  }

  private RowProblem notFound(EntityReference entity, RowCode code) {
    String field;
    String value;
    if (entity.entityId() != null) {
      field = "entityId";
      value = entity.entityId().toString();
    } else if (entity.externalId() != null) {
      field = "entityExternalId";
      value = entity.externalId();
    } else {
      field = "taxId";
      value = entity.taxId();
    }
    String message =
        code == RowCode.AMBIGUOUS_TAX_ID
            ? "Several entities have the taxId; add taxIdCountry, or name the entity by"
                + " entityExternalId."
            : "No entity matches " + field + "; " + remedy(entity) + ".";
    return new RowProblem(code, message, field, value);
  }

  private String remedy(EntityReference entity) {
    if (!options.withAutoEntity()) {
      return "import the entity first, or send withAutoEntity=true";
    }
    if (entity.taxId() == null || entity.country() == null) {
      return "import the entity first, or add taxId and taxIdCountry to have it created";
    }
    return "and none is created, as the taxId is not one of a person in "
        + entity.country()
        + ": import the entity first";
  }

  private static RowProblem duplicate(String eventId, boolean inThisUpload) {
    return inThisUpload
        ? new RowProblem(
            RowCode.SKIPPED_DUPLICATE_IN_FILE,
            "An earlier row of this upload has the same eventId.",
            "eventId",
            eventId)
        : new RowProblem(
            RowCode.SKIPPED_DUPLICATE_EVENT_ID,
            "An event with this eventId exists.",
            "eventId",
            eventId);
  }

  @Override
  public void copy(Tx tx, Scope scope, List<Row<UserEventRecord>> rows) {
    Created persons = createPersons(tx, scope, rows);
    CopyRows copy = new CopyRows("user_events", COLUMNS, rows.size());
    for (Row<UserEventRecord> row : rows) {
      UserEventRecord r = row.record();
      UUID entity = entityOf.get(row);
      UUID id = UuidV7.next();
      copy.beginRow();
      copy.uuid(id);
      copy.uuid(scope.organization().value());
      copy.uuid(scope.job().value());
      copy.integer(row.ref().fileNumber());
      copy.integer(row.ref().rowNumber());
      copy.text(r.eventId());
      copy.text(r.eventType());
      copy.uuid(settled.getOrDefault(entity, persons.ids().getOrDefault(entity, entity)));
      copy.text(r.entity().externalId());
      copy.text(r.entity().taxId());
      copy.text(r.entity().country());
      copy.text(r.userId());
      copy.timestamp(r.timestamp());
      copy.date(r.eventDate());
      copy.text(r.deviceId());
      copy.jsonb(r.deviceDetailsJson());
      copy.text(r.ipAddress());
      copy.text(r.country());
      copy.bool(r.isVpn());
      copy.bool(r.isProxy());
      copy.bool(r.isNewDevice());
      copy.integer(r.failedAttemptsCount());
      copy.text(r.destinationAccountId());
      copy.text(r.destinationCuit());
      copy.text(r.previousValue());
      copy.jsonb(r.metadataJson());
      copy.text(r.userAgent());
      copy.timestamp(UuidV7.time(id));
    }
    copy.send(tx);
    // Only now: had the copy failed, the persons would be undone with it.
    settled.putAll(persons.ids());
    created += persons.created();
  }

  private Created createPersons(Tx tx, Scope scope, List<Row<UserEventRecord>> rows) {
    Map<UUID, NewPerson> needed = new LinkedHashMap<>();
    rows.stream()
        // The first row in the file brings a person along, whichever is written first.
        .sorted(
            Comparator.comparingInt((Row<UserEventRecord> row) -> row.ref().fileNumber())
                .thenComparingInt(row -> row.ref().rowNumber()))
        .forEach(
            row -> {
              NewPerson person = expected.get(entityOf.get(row));
              if (person != null && !settled.containsKey(person.id())) {
                needed.putIfAbsent(person.id(), person.broughtBy(row.ref()));
              }
            });
    return needed.isEmpty()
        ? new Created(Map.of(), 0)
        : AutoEntityTarget.create(tx, scope, List.copyOf(needed.values()));
  }

  @Override
  public int entitiesCreated() {
    return created;
  }

  @Override
  public List<String> keys(UserEventRecord record) {
    return record.eventId() == null ? List.of() : List.of(record.eventId());
  }

  /** With those of the person that it may bring along. */
  @Override
  public List<String> exclusiveKeys(UserEventRecord record) {
    String taxId = options.withAutoEntity() ? personTaxId(record.entity()) : null;
    if (taxId == null) {
      return keys(record);
    }
    List<String> all = new ArrayList<>(keys(record));
    all.add(taxKey(taxId));
    if (record.entity().externalId() != null) {
      all.add(externalKey(record.entity().externalId()));
    }
    return all;
  }

  /** A row before it may bring along whom it names. */
  @Override
  public List<String> sharedKeys(UserEventRecord record) {
    if (!options.withAutoEntity()) {
      return List.of();
    }
    List<String> all = new ArrayList<>();
    if (record.entity().externalId() != null) {
      all.add(externalKey(record.entity().externalId()));
    }
    if (record.entity().taxId() != null) {
      // As it is written, which is how it is looked up; the country does not matter.
      all.add(taxKey(record.entity().taxId()));
    }
    return all;
  }

  private static String taxKey(String taxId) {
    return "tax\0" + taxId;
  }

  private static String externalKey(String externalId) {
    return "external\0" + externalId;
  }

  @Override
  public @Nullable String rowKey(UserEventRecord record) {
    return record.eventId();
  }

  private EntityResolver entities() {
    return Objects.requireNonNull(entities, "references are checked first");
  }
}
