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
  Organization change(OrgId id, OrganizationChange change) {
    Organization changed = organizations.change(id, change);
    if (change.retentionDays() != null) {
      database.run(tx -> uploads.shorten(tx, id, changed.retentionDays));
    }
    return changed;
  }
}
