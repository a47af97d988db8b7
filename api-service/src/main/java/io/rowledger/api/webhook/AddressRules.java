package io.rowledger.api.webhook;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;

/**
 * Which addresses are somewhere in the public internet. Everything else could be a machine of the
 * operator's own, which a tenant must not be able to reach through this service.
 */
final class AddressRules {

  /** All addresses that begin with these bits. */
  private record Range(BigInteger prefix, int bits) {

    static Range of(BigInteger first, int length, int bits) {
      return new Range(first.shiftRight(length - bits), bits);
    }

    boolean has(byte[] address) {
      return of(new BigInteger(1, address), address.length * 8, bits).prefix().equals(prefix);
    }
  }

  /** What the registry of special-purpose addresses (RFC 6890) does not give to the public. */
  private static final List<Range> SPECIAL_V4 =
      List.of(
          v4("0.0.0.0", 8), // this network
          v4("10.0.0.0", 8), // private
          v4("100.64.0.0", 10), // carrier-grade NAT
          v4("127.0.0.0", 8), // loopback
          v4("169.254.0.0", 16), // link-local, where clouds keep their credentials
          v4("172.16.0.0", 12), // private
          v4("192.0.0.0", 24), // protocol assignments
          v4("192.0.2.0", 24), // documentation
          v4("192.88.99.0", 24), // relays to 6to4
          v4("192.168.0.0", 16), // private
          v4("198.18.0.0", 15), // benchmarks
          v4("198.51.100.0", 24), // documentation
          v4("203.0.113.0", 24), // documentation
          v4("224.0.0.0", 4), // multicast
          v4("240.0.0.0", 4)); // reserved, broadcast

  /**
   * All that is given to the public. Loopback, unique-local, link-local, multicast, and what only
   * wraps an address of IPv4 (mapped, translated) are outside of it.
   */
  private static final Range PUBLIC_V6 = v6("2000", 3);

  private static final List<Range> SPECIAL_V6 =
      List.of(
          v6("2001:0", 23), // protocol assignments, Teredo
          v6("2001:db8", 32), // documentation
          v6("2002", 16), // 6to4: wraps an address of IPv4
          v6("3fff", 20)); // documentation

  private AddressRules() {}

  /** An address of IPv4 that is mapped into IPv6 is judged as what it is. */
  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) {
      return SPECIAL_V4.stream().noneMatch(range -> range.has(bytes));
    }
    return PUBLIC_V6.has(bytes) && SPECIAL_V6.stream().noneMatch(range -> range.has(bytes));
  }

  private static Range v4(String first, int bits) {
    BigInteger value = BigInteger.ZERO;
    for (String part : first.split("\\.")) {
      value = value.shiftLeft(8).or(new BigInteger(part));
    }
    return Range.of(value, 32, bits);
  }

  private static Range v6(String firstGroups, int bits) {
    String[] groups = firstGroups.split(":");
    BigInteger value = BigInteger.ZERO;
    for (int i = 0; i < 8; i++) {
      value = value.shiftLeft(16);
      value = i < groups.length ? value.or(new BigInteger(groups[i], 16)) : value;
    }
    return Range.of(value, 128, bits);
  }
}
