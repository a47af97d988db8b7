package io.rowledger.api.mapping;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.ColumnTransformer;

/** Table {@code mapping}. The JSON columns are text here: nothing may change a digit of theirs. */
@Entity
@Table(name = "mapping")
class StoredMapping {

  private static final String WRITE_JSON = "cast(? as jsonb)";

  @Id UUID id;

  @Column(name = "organization_id", updatable = false)
  UUID organizationId;

  String name;

  /** Wire name of a {@link io.rowledger.core.mapping.MappingTarget}. */
  String target;

  @Column(name = "column_mapping")
  @ColumnTransformer(read = "cast(column_mapping as text)", write = WRITE_JSON)
  String columnMapping;

  @Column(name = "default_fields")
  @ColumnTransformer(read = "cast(default_fields as text)", write = WRITE_JSON)
  String defaultFields;

  @Column(name = "headers_snapshot")
  @ColumnTransformer(read = "cast(headers_snapshot as text)", write = WRITE_JSON)
  String headersSnapshot;

  /** From 1; every change raises it. */
  int version;

  @Column(name = "created_at", updatable = false)
  Instant createdAt;

  @Column(name = "updated_at")
  Instant updatedAt;
}
