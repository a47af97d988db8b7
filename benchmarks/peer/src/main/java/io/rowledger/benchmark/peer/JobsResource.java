package io.rowledger.benchmark.peer;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;
import javax.sql.DataSource;
import org.jboss.resteasy.reactive.RestPath;

/**
 * One SELECT by primary key on a connection of the pool, in a statement of its own: no organisation
 * is checked, no row level security set, no entity tag made. Those are what ours does beside it.
 */
@Path("/jobs/{jobId}")
class JobsResource {

  private static final String SELECT =
      """
      SELECT id, kind, status, total_items, succeeded, failed, skipped, heartbeat_at,
             lease_expires_at, worker_error, created_at, completed_at, metadata
        FROM import_job WHERE id = ?
      """;

  private final DataSource database;

  JobsResource(DataSource database) {
    this.database = database;
  }

  @GET
  @RolesAllowed("transactions:create")
  @Produces(MediaType.APPLICATION_JSON)
  public StoredJob get(@RestPath UUID jobId) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(SELECT)) {
      select.setObject(1, jobId);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new NotFoundException();
        }
        return new StoredJob(
            row.getObject(1, UUID.class),
            row.getString(2),
            row.getString(3),
            row.getInt(4),
            row.getInt(5),
            row.getInt(6),
            row.getInt(7),
            row.getObject(8, OffsetDateTime.class),
            row.getObject(9, OffsetDateTime.class),
            row.getString(10),
            row.getObject(11, OffsetDateTime.class),
            row.getObject(12, OffsetDateTime.class),
            row.getString(13));
      }
    }
  }
}
