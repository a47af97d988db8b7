package io.rowledger.api.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsTest {

  private static final TestWebhooksConfig STRICT = TestWebhooksConfig.strict();

  @ParameterizedTest
  @CsvSource({
    "https://example.com, example.com, 443, /",
    "HTTPS://example.com/a/b?c=d&e, example.com, 443, /a/b?c=d&e",
    "https://example.com:8443/?x, example.com, 8443, /?x",
    "https://93.184.216.34/h, 93.184.216.34, 443, /h",
    "https://[2606:4700::1111]/h, [2606:4700::1111], 443, /h",
  })
  void aUrlIsReadAsItIsSent(String text, String host, int port, String requestTarget) {
    assertThat(TargetUrl.parse(text, false))
        .isEqualTo(new TargetUrl(host, port, true, requestTarget));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com",
        "http://example.com",
        "ftp://example.com",
        "file:///etc/passwd",
        "https:example.com",
        "https:///path",
        "https://",
        "https://user@example.com",
        "https://user:word@example.com",
        "https://@example.com",
        "https://example.com#there",
        "https://example.com:0",
        "https://example.com:65536",
        "https://exa mple.com",
        "https://example.com/\r\nX-Header: 1",
        "https://exämple.com",
        "https://example.com/ä",
      })
  void aUrlThatMayNotBeCalledIsRefused(String text) {
    RefusedTargetException refused = refusedBy(targets(host -> List.of(address("1.1.1.1"))), text);

    assertThat(refused.error()).isEqualTo(DeliveryError.TARGET_REFUSED);
    assertThat(refused).hasMessageStartingWith("must ");
  }

  @Test
  void aUrlThatIsTooLongIsRefused() {
    String text = "https://example.com/" + "a".repeat(2000);

    assertThat(refusedBy(targets(host -> List.of(address("1.1.1.1"))), text))
        .hasMessageContaining("2000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0.0.0.0/",
        "https://10.1.2.3:8080/"
      })
  void theSystemsOwnLookUpFindsNoWayIn(String text) {
    Targets real = new Targets(STRICT);

    assertThat(refusedBy(real, text).error())
        .isIn(DeliveryError.TARGET_REFUSED, DeliveryError.UNKNOWN_HOST);
  }

  @Test
  void localhostIsRefusedForItsAddressAndNotForItsName() {
    assertThat(refusedBy(new Targets(STRICT), "https://localhost/"))
        .hasMessage("must be a host in the public internet");
  }

  @Test
  void oneAddressInsideIsEnoughToRefuse() {
    Targets targets = targets(host -> List.of(address("1.1.1.1"), address("10.0.0.1")));

    assertThat(refusedBy(targets, "https://mixed.example/").error())
        .isEqualTo(DeliveryError.TARGET_REFUSED);
  }

  /** The name means a public address when it is registered and loopback when it is used. */
  @Test
  void aNameIsLookedUpEachTimeAndItsAddressHandedOn() throws RefusedTargetException {
    Deque<String> answers = new ArrayDeque<>(List.of("1.1.1.1", "127.0.0.1"));
    Targets targets = targets(host -> List.of(address(answers.pop())));

    Targets.Resolved first = targets.resolve("https://rebind.example/");

    assertThat(first.address()).isEqualTo(address("1.1.1.1"));
    assertThat(refusedBy(targets, "https://rebind.example/").error())
        .isEqualTo(DeliveryError.TARGET_REFUSED);
  }

  @Test
  void aHostThatNobodyKnowsIsRefused() {
    Targets targets =
        targets(
            host -> {
              throw new UnknownHostException(host);
            });

    assertThat(refusedBy(targets, "https://nobody.example/").error())
        .isEqualTo(DeliveryError.UNKNOWN_HOST);
  }

  @Test
  void aLookUpThatNeverEndsHoldsNobodyUp() {
    CountDownLatch never = new CountDownLatch(1);
    Targets targets =
        targets(
            host -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return List.of(address("1.1.1.1"));
            });

    assertThat(refusedBy(targets, "https://slow.example/").error())
        .isEqualTo(DeliveryError.UNKNOWN_HOST);
  }

  @Test
  void whoAllowsPrivateTargetsAndHttpGetsThem() throws RefusedTargetException {
    Targets targets = new Targets(TestWebhooksConfig.open());

    assertThat(targets.resolve("http://127.0.0.1:8080/").url().tls()).isFalse();
  }

  private static Targets targets(HostNames names) {
    return new Targets(STRICT, names);
  }

  private static RefusedTargetException refusedBy(Targets targets, String url) {
    return catchThrowableOfType(RefusedTargetException.class, () -> targets.resolve(url));
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
