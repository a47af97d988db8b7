package io.rowledger.worker.target;

import static io.rowledger.worker.testing.Records.entity;
import static io.rowledger.worker.testing.Records.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.entity.EntityOptions;
import io.rowledger.core.entity.EntityRecord;
import io.rowledger.core.entity.EntityReference;
import io.rowledger.core.entity.ImportMode;
import io.rowledger.core.job.JobId;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.sql.Database;
import io.rowledger.worker.entity.EntityTarget;
import io.rowledger.worker.target.EntityResolver.Resolution;
import io.rowledger.worker.testing.WorkerDatabase;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EntityResolverTest {

  private static final EntityReference NOBODY = new EntityReference(null, null, null, null);

  private final Database database = WorkerDatabase.database();
  private final Scope scope = WorkerDatabase.scope();
  private UUID ana;
  private UUID acmeBr;
  private UUID acmeAr;

  @BeforeEach
  void someEntities() {
    write(
        scope,
        List.of(
            row(2, entity("11144477735", "BR", "person", "ana")),
            row(3, entity("20123456786", "BR", "company", "acme-br")),
            row(4, entity("20123456786", "AR", "company", "acme-ar"))));
    ana = id("ana");
    acmeBr = id("acme-br");
    acmeAr = id("acme-ar");
  }

  @Test
  void eachWayOfNamingFindsItsEntity() {
    assertThat(resolve(ana, null, null, null)).isEqualTo(new Resolution(ana, null));
    assertThat(resolve(null, "acme-br", null, null)).isEqualTo(new Resolution(acmeBr, null));
    assertThat(resolve(null, null, "11144477735", null)).isEqualTo(new Resolution(ana, null));
    assertThat(resolve(null, null, "11144477735", "BR")).isEqualTo(new Resolution(ana, null));
  }

  @Test
  void theEntityIdComesBeforeTheExternalIdAndThatBeforeTheTaxId() {
    assertThat(resolve(ana, "acme-br", "20123456786", "AR")).isEqualTo(new Resolution(ana, null));
    assertThat(resolve(null, "acme-br", "20123456786", "AR"))
        .isEqualTo(new Resolution(acmeBr, null));
    assertThat(resolve(UUID.randomUUID(), "acme-br", null, null))
        .isEqualTo(new Resolution(acmeBr, null));
    assertThat(resolve(UUID.randomUUID(), "nobody", "20123456786", "AR"))
        .isEqualTo(new Resolution(acmeAr, null));
  }

  @Test
  void aTaxIdOfSeveralCountriesNeedsItsCountry() {
    assertThat(resolve(null, null, "20123456786", null))
        .isEqualTo(new Resolution(null, RowCode.AMBIGUOUS_TAX_ID));
    assertThat(resolve(null, null, "20123456786", "AR")).isEqualTo(new Resolution(acmeAr, null));
    assertThat(resolve(null, null, "20123456786", "CL"))
        .isEqualTo(new Resolution(null, RowCode.ENTITY_NOT_FOUND));
  }

  @Test
  void whoIsNotThereIsNotFoundAndNobodyIsNobody() {
    Resolution notFound = new Resolution(null, RowCode.ENTITY_NOT_FOUND);

    assertThat(resolve(UUID.randomUUID(), null, null, null)).isEqualTo(notFound);
    assertThat(resolve(null, "ANA", null, null)).isEqualTo(notFound);
    assertThat(resolve(null, null, "1", "BR")).isEqualTo(notFound);
    assertThat(resolve(null, null, null, "BR")).isEqualTo(new Resolution(null, null));
  }

  @Test
  void anEntityOfAnotherOrganisationIsNotThere() {
    Scope other = WorkerDatabase.scope();

    for (EntityReference reference :
        List.of(
            reference(ana, null, null, null),
            reference(null, "ana", null, null),
            reference(null, null, "11144477735", "BR"))) {
      assertThat(
              database
                  .<EntityResolver>transaction(
                      tx -> EntityResolver.load(tx, other, List.of(reference), new KnownEntities()))
                  .resolve(reference))
          .isEqualTo(new Resolution(null, RowCode.ENTITY_NOT_FOUND));
    }
  }

  @Test
  void whoWasFoundIsKnownAndWhoWasNotIsAskedForAgain() {
    KnownEntities known = new KnownEntities();
    EntityReference later = reference(null, "later", null, null);
    EntityReference there = reference(null, "ana", null, null);
    assertThat(resolve(known, there).entityId()).isEqualTo(ana);
    assertThat(resolve(known, later).problem()).isEqualTo(RowCode.ENTITY_NOT_FOUND);
    assertThat(known.unknown(List.of("ana", "later"))).containsExactly("later");

    write(scope, List.of(row(5, entity("52998224725", "BR", "person", "later"))));

    assertThat(resolve(known, later).entityId()).isEqualTo(id("later"));
    assertThat(resolve(known, there).entityId()).isEqualTo(ana);
    assertThat(known.unknown(List.of("ana", "later"))).isEmpty();
  }

  /** Its transaction may be undone. */
  @Test
  void whomTheJobItselfHasBroughtIsAskedForAgain() {
    KnownEntities known = new KnownEntities();

    assertThat(resolve(scope.job(), known, reference(null, "ana", null, null)).entityId())
        .isEqualTo(ana);

    assertThat(known.unknown(List.of("ana"))).containsExactly("ana");
  }

  private Resolution resolve(KnownEntities known, EntityReference reference) {
    return resolve(new JobId(UUID.randomUUID()), known, reference);
  }

  private Resolution resolve(JobId job, KnownEntities known, EntityReference reference) {
    return database
        .<EntityResolver>transaction(
            tx ->
                EntityResolver.load(
                    tx, new Scope(scope.organization(), job), List.of(reference), known))
        .resolve(reference);
  }

  private Resolution resolve(
      @Nullable UUID id,
      @Nullable String externalId,
      @Nullable String taxId,
      @Nullable String country) {
    EntityReference reference = reference(id, externalId, taxId, country);
    return database
        .<EntityResolver>transaction(
            tx -> EntityResolver.load(tx, scope, List.of(NOBODY, reference), new KnownEntities()))
        .resolve(reference);
  }

  private static EntityReference reference(
      @Nullable UUID id,
      @Nullable String externalId,
      @Nullable String taxId,
      @Nullable String country) {
    return new EntityReference(id, externalId, taxId, country);
  }

  private void write(Scope into, List<Row<EntityRecord>> rows) {
    database.run(
        tx ->
            new RowWriter<>(new EntityTarget(EntityOptions.of(ImportMode.MANUAL)))
                .write(tx, into, rows));
  }

  private UUID id(String externalId) {
    return UUID.fromString(
        WorkerDatabase.text(
            "SELECT id::text FROM entities WHERE organization_id = ? AND external_id = ?",
            scope.organization().value(),
            externalId));
  }
}
