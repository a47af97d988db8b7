package io.rowledger.worker.target;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * External ids that a job has found the entities of. It cannot go stale: no role of ours may change
 * or delete an entity, and one that was not found is asked for again. Those that the job itself has
 * created are not here, because that may be undone. Thread-safe.
 */
public final class KnownEntities {

  /**
   * Some 13 MB with ids of twenty characters (an estimate). A file that names more is served from
   * the database for the rest.
   */
  private static final int MOST = 100_000;

  private final Map<String, UUID> byExternalId = new ConcurrentHashMap<>();

  /** Those that have to be looked up. */
  Set<String> unknown(Collection<String> externalIds) {
    Set<String> unknown = new HashSet<>(externalIds);
    unknown.removeIf(byExternalId::containsKey);
    return unknown;
  }

  void remember(String externalId, UUID entity) {
    if (byExternalId.size() < MOST) {
      byExternalId.put(externalId, entity);
    }
  }

  @Nullable UUID find(String externalId) {
    return byExternalId.get(externalId);
  }
}
