package io.rowledger.api.record;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.wire.PageRequest;
import io.rowledger.core.row.StorableText;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads the tables of records; importing is what writes them. */
@ApplicationScoped
class RecordRepository {

  /**
   * One more than the page has, so that the caller can tell whether there is a next one.
   *
   * <p>Records of a job come in the order of its rows, others newest first: each is the order of an
   * index that is there anyway. A token names the last record of the page before in both.
   */
  List<ObjectNode> list(
      Tx tx, OrgId organization, RecordTable table, RecordFilter filter, PageRequest page) {
    if (filter.key() != null && !StorableText.isStorable(filter.key())) {
      // PostgreSQL would refuse to compare it; nothing that is stored equals it.
      return List.of();
    }
    StringBuilder sql =
        new StringBuilder("SELECT ")
            .append(table.columns().stream().map(Column::column).collect(Collectors.joining(", ")))
            .append(" FROM ")
            .append(table.table())
            .append(" WHERE organization_id = ?");
    List<Object> parameters = new ArrayList<>();
    parameters.add(organization.value());
    if (filter.key() != null) {
      sql.append(" AND ").append(table.key()).append(" = ?");
      parameters.add(filter.key());
    }
    if (filter.entityId() != null) {
      sql.append(" AND entity_id = ?");
      parameters.add(filter.entityId());
    }
    if (filter.jobId() == null) {
      sql.append(" AND id < ? ORDER BY id DESC");
      parameters.add(page.beforeId());
    } else {
      // Asked once and first: rows of another organisation's job would all be read and thrown away,
      // and the time that takes would tell that there is such a job.
      sql.append(" AND job_id = ?")
          .append(" AND EXISTS (SELECT 1 FROM import_job WHERE id = ? AND organization_id = ?)");
      parameters.add(filter.jobId());
      parameters.add(filter.jobId());
      parameters.add(organization.value());
      page.before()
          .ifPresent(
              last -> {
                sql.append(" AND (file_number, row_number) > (SELECT file_number, row_number FROM ")
                    .append(table.table())
                    .append(" WHERE organization_id = ? AND id = ?)");
                parameters.add(organization.value());
                parameters.add(last);
              });
      sql.append(" ORDER BY file_number, row_number");
    }
    sql.append(" LIMIT ?");
    parameters.add(page.size() + 1);
    return tx.query(sql.toString(), row -> json(table, row), parameters.toArray());
  }

  private static ObjectNode json(RecordTable table, ResultSet row) throws SQLException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (Column column : table.columns()) {
      column.write(row, json);
    }
    return json;
  }
}
