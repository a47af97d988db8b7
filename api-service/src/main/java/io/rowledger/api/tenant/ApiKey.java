package io.rowledger.api.tenant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** Table {@code api_key}. The key itself is nowhere, only its SHA-256. */
@Entity
@Table(name = "api_key")
class ApiKey {

  @Id UUID id;

  @Column(name = "organization_id")
  UUID organizationId;

  String name;

  @Column(name = "key_hash")
  byte[] keyHash;

  @JdbcTypeCode(SqlTypes.ARRAY)
  @Column(columnDefinition = "text[]")
  List<String> permissions;

  @Column(name = "expires_at")
  @Nullable Instant expiresAt;

  @Column(name = "last_used_at")
  @Nullable Instant lastUsedAt;

  @Column(name = "created_at")
  Instant createdAt;
}
