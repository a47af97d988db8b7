package io.rowledger.core.transaction;

import io.rowledger.core.entity.EntityReference;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One side of a transaction, as the row names it. It resolves by entity id, then external id, then
 * tax id (contract section 9).
 *
 * @param entityId of an entity here
 * @param externalId at most 256 characters
 * @param taxId in the stored form of its country when {@code country} is an ISO code and the id
 *     fits it, else upper case without punctuation; at most 64 characters. An id that does not fit
 *     is kept: it may describe somebody who is no entity here
 * @param name at most 512 characters
 * @param country ISO codes in upper case, other text as it came; at most 64 characters
 * @param detailsJson a JSON object
 */
public record Party(
    @Nullable UUID entityId,
    @Nullable String externalId,
    @Nullable String taxId,
    @Nullable String name,
    @Nullable String country,
    @Nullable String detailsJson) {

  /** Nobody named. */
  public static final Party NONE = new Party(null, null, null, null, null, null);

  /** The part of it that an entity can be looked up by. */
  public EntityReference reference() {
    return new EntityReference(entityId, externalId, taxId, country);
  }
}
