package io.rowledger.core.mapping;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds columns by name: exactly, then with case, spaces and underscores aside. */
final class HeaderNames {

  // Bounds the work of suggestions on hostile headers; nobody mistypes a longer name.
  private static final int MAX_COMPARED = 64;
  private static final int MAX_HEADERS = 2000;

  private final List<String> headers;
  private final Map<String, Integer> exact = new HashMap<>();
  private final Map<String, Integer> loose = new HashMap<>();

  HeaderNames(List<String> headers) {
    this.headers = headers;
    for (int i = 0; i < headers.size(); i++) {
      exact.putIfAbsent(headers.get(i), i);
      // A mapped column "Code" that is missing is not the "_code" of a file sent again.
      if (!Binder.RESERVED.contains(headers.get(i))) {
        loose.putIfAbsent(loose(headers.get(i)), i);
      }
    }
  }

  /** The index of a column, -1 when there is none. */
  int find(String name) {
    Integer index = exact.get(name);
    if (index == null) {
      index = loose.get(loose(name));
    }
    return index == null ? -1 : index;
  }

  /** The header most like a name that was not found; null when none is like it. */
  @Nullable String closest(String name) {
    String wanted = compared(name);
    int best = Math.max(1, wanted.length() / 2) + 1;
    String closest = null;
    for (String header : headers.subList(0, Math.min(headers.size(), MAX_HEADERS))) {
      String candidate = compared(header);
      if (Math.abs(candidate.length() - wanted.length()) >= best) {
        continue;
      }
      int distance = distance(wanted, candidate);
      if (distance < best) {
        best = distance;
        closest = header;
      }
    }
    return closest;
  }

  /** Lower case, without spaces and underscores. */
  static String loose(String name) {
    StringBuilder loose = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '_' && c != '\uFEFF' && !Character.isWhitespace(c) && !Character.isSpaceChar(c)) {
        loose.append(c);
      }
    }
    return loose.toString().toLowerCase(Locale.ROOT);
  }

  private static String compared(String name) {
    String loose = loose(name);
    return loose.substring(0, Math.min(loose.length(), MAX_COMPARED));
  }

  /** Levenshtein distance. */
  static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
