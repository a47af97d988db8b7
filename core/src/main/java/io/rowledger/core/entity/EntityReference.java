package io.rowledger.core.entity;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a row of another kind names an entity. It resolves by entity id, then external id, then tax
 * id (contract section 9).
 *
 * @param taxId as {@link TaxIds#comparable} gives it
 * @param country of the tax id; null means any
 */
public record EntityReference(
    @Nullable UUID entityId,
    @Nullable String externalId,
    @Nullable String taxId,
    @Nullable String country) {

  /** True when nobody is named: a country alone names nobody. */
  public boolean isNone() {
    return entityId == null && externalId == null && taxId == null;
  }
}
