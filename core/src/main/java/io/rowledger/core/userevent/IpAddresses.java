package io.rowledger.core.userevent;

/**
 * IP addresses as text. Not {@code InetAddress}: given a name instead of an address it would ask
 * the network who that is.
 */
final class IpAddresses {

  private static final int GROUPS = 8;

  private IpAddresses() {}

  /** True for IPv4 in four decimal parts and for IPv6 without a zone. */
  static boolean isAddress(String text) {
    return text.indexOf(':') < 0 ? isV4(text) : isV6(text);
  }

  private static boolean isV4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      boolean digits =
          !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> is(c, 10));
      // 010 is eight to some and ten to others.
      if (!digits || (part.length() > 1 && part.charAt(0) == '0') || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }

  private static boolean isV6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text, true) == GROUPS;
    }
    // A second gap leaves an empty group, which is none.
    int before = groups(text.substring(0, gap), false);
    int after = groups(text.substring(gap + 2), true);
    return before >= 0 && after >= 0 && before + after < GROUPS;
  }

  /** How many groups of 16 bits these are, -1 when they are none. */
  private static int groups(String text, boolean atEnd) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] parts = text.split(":", -1);
    int groups = 0;
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (atEnd && i == parts.length - 1 && part.indexOf('.') >= 0) {
        return isV4(part) ? groups + 2 : -1;
      }
      if (part.isEmpty() || part.length() > 4 || !part.chars().allMatch(c -> is(c, 16))) {
        return -1;
      }
      groups++;
    }
    return groups;
  }

  /** ASCII only, unlike {@code Character.digit}. */
  private static boolean is(int c, int radix) {
    return c < 128 && Character.digit(c, radix) >= 0;
  }
}
