package io.rowledger.api.tenant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * Table {@code organization}. Never leaves this package: what callers see is a record. Writes only
 * what has changed, because not every role may change everything.
 */
@Entity
@DynamicUpdate
@Table(name = "organization")
class Organization {

  @Id UUID id;

  @Column(name = "org_key")
  String orgKey;

  String name;

  @JdbcTypeCode(SqlTypes.ARRAY)
  @Column(columnDefinition = "text[]")
  List<String> features;

  @Column(name = "max_rows_per_file")
  int maxRowsPerFile;

  @Column(name = "max_bytes")
  long maxBytes;

  @Column(name = "max_open_jobs")
  int maxOpenJobs;

  @Column(name = "retention_days")
  int retentionDays;

  @Column(name = "failure_retention_days")
  @Nullable Integer failureRetentionDays;

  @Column(name = "dry_run_retention_days")
  @Nullable Integer dryRunRetentionDays;

  @Column(name = "content_retention_days")
  @Nullable Integer contentRetentionDays;

  @Column(name = "strict_failure_access")
  boolean strictFailureAccess;

  @Column(name = "created_at")
  Instant createdAt;
}
