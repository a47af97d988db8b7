package io.rowledger.core.job;

import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists rows of {@code import_job}, newest first. */
@ApplicationScoped
public class JobHistoryRepository {

  /** A place in the list: behind this job. The id decides between jobs of one moment. */
  public record Place(Instant createdAt, JobId id) {}

  /**
   * One page.
   *
   * @param after null for the first page
   * @param most items, at least 1
   */
  public List<JobView> page(
      Tx tx, OrgId organization, JobFilter filter, @Nullable Place after, int most) {
    Query query = query(organization, filter, after, most);
    return tx.query(query.sql(), JobRepository::view, query.parameters().toArray());
  }

  /** The text and its parameters, apart from running it so that a test can ask for the plan. */
  record Query(String sql, List<@Nullable Object> parameters) {}

  /**
   * Only the conditions that are asked for: one statement for all, with {@code ? IS NULL OR …},
   * would hide them from the planner.
   */
  static Query query(OrgId organization, JobFilter filter, @Nullable Place after, int most) {
    StringBuilder sql = new StringBuilder("SELECT ").append(JobRepository.VIEW_COLUMNS);
    List<@Nullable Object> parameters = new ArrayList<>();
    sql.append(" FROM import_job WHERE organization_id = ?");
    parameters.add(organization.value());
    if (!filter.kinds().isEmpty()) {
      sql.append(" AND kind = ANY (?)");
      parameters.add(filter.kinds().stream().map(JobKind::wireName).toArray(String[]::new));
    }
    if (!filter.statuses().isEmpty()) {
      sql.append(" AND status = ANY (?)");
      parameters.add(filter.statuses().stream().map(JobStatus::wireName).toArray(String[]::new));
    }
    and(sql, parameters, "created_at >= ?", filter.from());
    and(sql, parameters, "created_at < ?", filter.before());
    and(sql, parameters, "label = ?", filter.label());
    and(
        sql,
        parameters,
        "retry_of = ?",
        filter.retryOf() == null ? null : filter.retryOf().value());
    and(sql, parameters, "dry_run = ?", filter.dryRun());
    and(sql, parameters, "created_by = ?", filter.createdBy());
    if (after != null) {
      sql.append(" AND (created_at, id) < (?, ?)");
      parameters.add(after.createdAt());
      parameters.add(after.id().value());
    }
    sql.append(" ORDER BY created_at DESC, id DESC LIMIT ?");
    parameters.add(most);
    return new Query(sql.toString(), parameters);
  }

  private static void and(
      StringBuilder sql,
      List<@Nullable Object> parameters,
      String condition,
      @Nullable Object value) {
    if (value != null) {
      sql.append(" AND ").append(condition);
      parameters.add(value);
    }
  }
}
