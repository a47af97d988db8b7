package io.rowledger.api.scope;

import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/**
 * Says to PostgreSQL, as the first thing in a transaction of Hibernate, whose data it is about. A
 * method that forgets to finds nothing and can write nothing. Costs a round trip: what is read
 * often is read with JDBC, where it costs none.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class Scope {

  private final EntityManager entities;

  Scope(EntityManager entities) {
    this.entities = entities;
  }

  /** Until the end of the transaction there is this organisation only. */
  public void of(OrgId organization) {
    entities
        .createNativeQuery("SELECT set_config(:name, :organization, true)", String.class)
        .setParameter("name", Database.ORGANIZATION)
        .setParameter("organization", organization.value().toString())
        .getSingleResult();
  }

  /**
   * Until the end of the transaction there are all organisations: to find out who a caller is, and
   * for the operator's own routes. Never for a request whose organisation is known.
   */
  public void acrossOrganizations() {
    entities.createNativeQuery(Database.BECOME_SYSTEM, String.class).getResultList();
  }
}
