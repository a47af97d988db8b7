package io.rowledger.system.chaos;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** What the load was promised: our own book, to be compared with the service's. */
final class Ledger {

  /** How much a caller knows of what became of an upload. */
  enum Knowledge {
    /** A job was named. */
    ACCEPTED,
    /** There is none: every answer said so. */
    REFUSED,
    /** An answer is missing. There is one job or none. */
    UNKNOWN
  }

  /**
   * An upload that was sent.
   *
   * @param named by an answer, also by one that did not promise it; null for none
   */
  record Sent(Plan plan, Knowledge knowledge, @Nullable UUID named) {}

  private final ConcurrentMap<String, Sent> sent = new ConcurrentHashMap<>();
  private final ConcurrentMap<UUID, LedgerJob> jobs = new ConcurrentHashMap<>();

  void sent(Sent upload) {
    sent.put(upload.plan().label(), upload);
  }

  /** Writes a job down; twice is once. */
  LedgerJob add(LedgerJob job) {
    LedgerJob before = jobs.putIfAbsent(job.id(), job);
    return before == null ? job : before;
  }

  Map<String, Sent> uploads() {
    return Map.copyOf(sent);
  }

  Collection<LedgerJob> jobs() {
    return List.copyOf(jobs.values());
  }

  Optional<LedgerJob> job(UUID id) {
    return Optional.ofNullable(jobs.get(id));
  }

  List<LedgerJob> open() {
    return jobs.values().stream().filter(job -> !job.answers().hasEnded()).toList();
  }
}
