package io.rowledger.worker.entity;

import io.rowledger.core.entity.EntityReference;
import io.rowledger.core.row.RowRef;
import io.rowledger.core.sql.Tx;
import io.rowledger.worker.target.EntityResolver;
import io.rowledger.worker.target.KnownEntities;
import io.rowledger.worker.target.Scope;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The other way into table {@code entities}: persons whom rows of another kind brought along. */
public final class AutoEntityTarget {

  /**
   * A person who is to be created.
   *
   * @param externalId null = to be generated
   * @param taxId in the stored form of a person's in {@code country}
   * @param row the row that brought the person along
   */
  public record NewPerson(
      UUID id, @Nullable String externalId, String taxId, String country, RowRef row) {

    public NewPerson broughtBy(RowRef other) {
      return new NewPerson(id, externalId, taxId, country, other);
    }

    EntityReference reference() {
      return new EntityReference(null, externalId, taxId, country);
    }
  }

  /**
   * What became of the persons.
   *
   * @param ids the id each of them is found under, by the id it was to get
   * @param created how many were created; the others were there by now
   */
  public record Created(Map<UUID, UUID> ids, int created) {}

  private AutoEntityTarget() {}

  /**
   * Creates those who are not there.
   *
   * <p>Waits for another transaction that is just creating the same person: if it commits, its
   * entity is the one.
   */
  public static Created create(Tx tx, Scope scope, List<NewPerson> persons) {
    // Sorted as the rows of an entities job are: two jobs must lock the same keys in one order.
    List<NewPerson> sorted =
        persons.stream()
            .sorted(Comparator.comparing(NewPerson::taxId).thenComparing(NewPerson::country))
            .toList();
    Set<UUID> inserted =
        new HashSet<>(
            tx.query(
                """
                INSERT INTO entities (id, organization_id, job_id, file_number, row_number, external_id,
                                      type, tax_id, country_code, status)
                SELECT p.id, ?, ?, p.file_number, p.row_number, coalesce(p.external_id, p.id::text),
                       'person', p.tax_id, p.country, 'under_review'
                  FROM unnest(?, ?, ?, ?, ?, ?) AS p(id, file_number, row_number, external_id, tax_id, country)
                ON CONFLICT DO NOTHING
                RETURNING id
                """,
                row -> row.getObject(1, UUID.class),
                scope.organization().value(),
                scope.job().value(),
                sorted.stream().map(NewPerson::id).toArray(UUID[]::new),
                sorted.stream().map(p -> p.row().fileNumber()).toArray(Integer[]::new),
                sorted.stream().map(p -> p.row().rowNumber()).toArray(Integer[]::new),
                texts(sorted, NewPerson::externalId),
                texts(sorted, NewPerson::taxId),
                texts(sorted, NewPerson::country)));
    List<NewPerson> others = sorted.stream().filter(p -> !inserted.contains(p.id())).toList();
    EntityResolver found =
        EntityResolver.load(
            tx, scope, others.stream().map(NewPerson::reference).toList(), new KnownEntities());
    Map<UUID, UUID> ids = new HashMap<>();
    inserted.forEach(id -> ids.put(id, id));
    for (NewPerson person : others) {
      UUID there = found.resolve(person.reference()).entityId();
      if (there == null) {
        throw new IllegalStateException("an entity with the key of a new one is not to be found");
      }
      ids.put(person.id(), there);
    }
    return new Created(ids, inserted.size());
  }

  private static @Nullable String[] texts(
      List<NewPerson> persons, Function<NewPerson, @Nullable String> value) {
    return persons.stream().map(value).toArray(String[]::new);
  }
}
