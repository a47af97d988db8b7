package io.rowledger.api.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"a@example.com", "first.last+tag@mail.example.co.uk", "x_y-z%1@ex-ample.io"})
  void plainAddressesAreTaken(String address) {
    assertThat(MailAddress.isPlain(address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "@example.com",
        "a@",
        "a@localhost",
        "a@b@example.com",
        "a,b@example.com",
        "a;b@example.com",
        "<a@example.com>",
        "Ana <a@example.com>",
        "\"a b\"@example.com",
        "a(comment)@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com\n",
        "a b@example.com",
        "a\u0000@example.com",
        "\u00e4@example.com",
        "a@ex\u0131mple.com",
        ".a@example.com",
        "a..b@example.com",
        "a@-example.com",
        "a@example..com",
        "a@[127.0.0.1]"
      })
  void whatCouldBecomeMoreThanOneAddressIsNot(String address) {
    assertThat(MailAddress.isPlain(address)).isFalse();
  }

  @org.junit.jupiter.api.Test
  void lengthsAreThoseOfTheStandard() {
    assertThat(MailAddress.isPlain("a".repeat(64) + "@example.com")).isTrue();
    assertThat(MailAddress.isPlain("a".repeat(65) + "@example.com")).isFalse();
    assertThat(MailAddress.isPlain("a@" + "b.".repeat(126) + "com")).isFalse();
  }
}
