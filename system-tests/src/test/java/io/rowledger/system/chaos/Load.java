package io.rowledger.system.chaos;

import java.util.EnumSet;
import java.util.Set;

/**
 * What is sent.
 *
 * @param everything dry runs, bad rows, rows that come twice and the rest of what callers do;
 *     otherwise nothing but good rows in one file
 * @param smallest fewest rows of an upload
 * @param largest most rows of an upload
 */
record Load(Set<Kind> kinds, Set<Mode> modes, boolean everything, int smallest, int largest) {

  Load {
    kinds = Set.copyOf(kinds);
    modes = Set.copyOf(modes);
  }

  static Load upTo(int largest) {
    return new Load(EnumSet.allOf(Kind.class), EnumSet.allOf(Mode.class), true, 1, largest);
  }
}
