package io.rowledger.api.tenant;

import io.rowledger.api.tenant.OrganizationBodies.OrganizationChange;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;

/** Changes an organisation, and what follows from it for the rows that are there. */
@ApplicationScoped
class ChangeOrganization {

  private final Organizations organizations;
  private final Database database;
  private final UploadRepository uploads;

  ChangeOrganization(Organizations organizations, Database database, UploadRepository uploads) {
    this.organizations = organizations;
    this.database = database;
    this.uploads = uploads;
  }

  /**
   * Changes it. A shorter retention is meant for the rows that are there too; a longer one only for
   * those that come, because nobody was told that the others would be kept.
   */
  Organization own(OrgId id, OrganizationChange change) {
    return shortened(organizations.change(id, change), change);
  }

  /** The same, for the operator, who may change limits and features too. */
  Organization any(OrgId id, OrganizationChange change) {
    return shortened(organizations.changeAny(id, change), change);
  }

  private Organization shortened(Organization changed, OrganizationChange change) {
    if (change.retentionDays() != null) {
      OrgId id = new OrgId(changed.id);
      database.run(id, tx -> uploads.shorten(tx, id, changed.retentionDays));
    }
    return changed;
  }
}
