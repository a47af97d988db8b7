package io.rowledger.api.upload;

import io.rowledger.core.job.JobId;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** The rows of {@code transactions} that a job made. */
@ApplicationScoped
class CreatedTransactionRepository {

  record Created(UUID id, String externalId, int rowNumber) {}

  /** In the order of the rows. */
  List<Created> ofJob(Tx tx, OrgId organization, JobId job, int most) {
    return tx.query(
        """
        SELECT id, external_id, row_number FROM transactions
         WHERE job_id = ? AND organization_id = ? ORDER BY file_number, row_number LIMIT ?
        """,
        row ->
            new Created(
                row.getObject("id", UUID.class),
                row.getString("external_id"),
                row.getInt("row_number")),
        job.value(),
        organization.value(),
        most);
  }
}
