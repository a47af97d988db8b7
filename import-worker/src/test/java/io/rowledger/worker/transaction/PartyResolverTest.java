package io.rowledger.worker.transaction;

import static io.rowledger.worker.testing.Records.entity;
import static io.rowledger.worker.testing.Records.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.entity.EntityOptions;
import io.rowledger.core.entity.ImportMode;
import io.rowledger.core.row.RowCode;
import io.rowledger.core.sql.Database;
import io.rowledger.core.transaction.Party;
import io.rowledger.worker.entity.EntityTarget;
import io.rowledger.worker.target.RowWriter;
import io.rowledger.worker.target.Scope;
import io.rowledger.worker.testing.WorkerDatabase;
import io.rowledger.worker.transaction.PartyResolver.Resolution;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartyResolverTest {

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

    for (Party party :
        List.of(
            party(ana, null, null, null),
            party(null, "ana", null, null),
            party(null, null, "11144477735", "BR"))) {
      assertThat(
              database
                  .<PartyResolver>transaction(
                      tx -> PartyResolver.load(tx, other.organization(), List.of(party)))
                  .resolve(party))
          .isEqualTo(new Resolution(null, RowCode.ENTITY_NOT_FOUND));
    }
  }

  private Resolution resolve(
      @Nullable UUID id,
      @Nullable String externalId,
      @Nullable String taxId,
      @Nullable String country) {
    Party party = party(id, externalId, taxId, country);
    return database
        .<PartyResolver>transaction(
            tx -> PartyResolver.load(tx, scope.organization(), List.of(Party.NONE, party)))
        .resolve(party);
  }

  private static Party party(
      @Nullable UUID id,
      @Nullable String externalId,
      @Nullable String taxId,
      @Nullable String country) {
    return new Party(id, externalId, taxId, null, country, null);
  }

  private void write(
      Scope into,
      List<io.rowledger.worker.target.Row<io.rowledger.core.entity.EntityRecord>> rows) {
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
