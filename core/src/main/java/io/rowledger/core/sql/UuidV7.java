package io.rowledger.core.sql;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids that rise with time (RFC 9562, version 7), so that inserts touch the end of an index and not
 * all of it. Rising within this process even inside a millisecond.
 */
public final class UuidV7 {

  /** Milliseconds in the upper 52 bits, a counter in the lower 12. */
  private static final AtomicLong LAST = new AtomicLong();

  private UuidV7() {}

  public static UUID next() {
    long now = System.currentTimeMillis() << 12;
    long stamp = LAST.updateAndGet(last -> Math.max(last + 1, now));
    long high = ((stamp >>> 12) << 16) | 0x7000L | (stamp & 0xFFF);
    long low = (ThreadLocalRandom.current().nextLong() >>> 2) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** When it was made, to the millisecond. */
  public static Instant time(UUID id) {
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }
}
