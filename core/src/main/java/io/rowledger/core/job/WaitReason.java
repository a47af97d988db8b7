package io.rowledger.core.job;

import java.util.Locale;

/**
 * Why nobody works on a job that has not ended (contract section 4). When several hold, the first
 * of the order in which they stand here is said.
 */
public enum WaitReason {
  /** Its organisation paused it. */
  PAUSED,

  /** The job it was to run after has not completed yet. */
  DEPENDENCY,

  /** A worker gave it back because something failed or was away; it is tried again soon. */
  RETRY_BACKOFF,

  /** Another job of its organisation is being applied to the same table; tried again soon. */
  LOCKED,

  /**
   * Its organisation has jobs in work, and a job of another organisation, which has fewer of them,
   * waits as well and could be taken now: the next free slot is for that one.
   */
  TENANT_SHARE,

  /** It is waiting for a worker with a free slot, and nothing else. */
  SLOTS;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static WaitReason ofWireName(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }
}
