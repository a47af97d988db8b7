package io.rowledger.core.userevent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "203.0.113.7",
        "255.255.255.255",
        "::",
        "::1",
        "1::",
        "2001:db8::7",
        "2001:DB8:0:0:0:0:0:7",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "fe80::1:2:3:4",
        "::ffff:203.0.113.7",
        "1:2:3:4:5:6:203.0.113.7",
      })
  void addresses(String text) {
    assertThat(IpAddresses.isAddress(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.",
        ".1.2.3",
        "1.2.3.04",
        "1.2.3.-4",
        "1.2.3.4 ",
        "1.2.3.1000",
        "١.2.3.4",
        "0x7f.0.0.1",
        "2130706433",
        ":",
        ":::",
        "1:::2",
        "1::2::3",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "12345::",
        "g::",
        "fe80::1%eth0",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1.2.3.4::",
        "[::1]",
        "2001:db8::/32",
        "203.0.113.7:443",
      })
  void noAddresses(String text) {
    assertThat(IpAddresses.isAddress(text)).isFalse();
  }
}
