package io.rowledger.worker.target;

/**
 * The business keys of rows that were good, for a million rows and more: 8 bytes and some room for
 * each key, because only a hash of 64 bits is kept. Two of a million keys share one by chance in 1
 * of 30 million jobs, and a dry run then forecasts one duplicate too many. Not thread-safe.
 */
final class SeenKeys {

  private static final int SMALLEST = 1 << 10;

  // Open addressing; 0 is an empty place.
  private long[] places = new long[SMALLEST];
  private int size;

  boolean contains(String key) {
    long hash = hash(key);
    return places[place(places, hash)] == hash;
  }

  void add(String key) {
    long hash = hash(key);
    int place = place(places, hash);
    if (places[place] == 0) {
      places[place] = hash;
      size++;
      if (size > places.length / 8 * 5) {
        grow();
      }
    }
  }

  void clear() {
    places = new long[SMALLEST];
    size = 0;
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(places.length, 2)];
    for (long hash : places) {
      if (hash != 0) {
        larger[place(larger, hash)] = hash;
      }
    }
    places = larger;
  }

  /** Where the hash is, or would be. */
  private static int place(long[] places, long hash) {
    int mask = places.length - 1;
    int place = (int) (hash >>> 32) & mask;
    while (places[place] != 0 && places[place] != hash) {
      place = (place + 1) & mask;
    }
    return place;
  }

  /**
   * Of 64 bits and never 0; {@code String.hashCode} would collide among a hundred thousand keys.
   */
  private static long hash(String key) {
    long hash = key.length();
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    hash *= 0xBF58476D1CE4E5B9L;
    hash ^= hash >>> 32;
    return hash == 0 ? 1 : hash;
  }
}
