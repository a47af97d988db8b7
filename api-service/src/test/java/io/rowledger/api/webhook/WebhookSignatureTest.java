package io.rowledger.api.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {

  private static final String SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);

  private final byte[] secret = Base64.getDecoder().decode(SECRET);

  /** The vector of the specification and of its libraries. */
  @Test
  void theVectorOfTheSpecificationIsMet() {
    assertThat(WebhookSignature.header(List.of(secret), ID, 1_614_265_330, BODY))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void theReferenceLibrarySignsTheSame() throws Exception {
    String body = "{\"a\":\"ção €\"}";

    assertThat(WebhookSignature.header(List.of(secret), ID, 1_700_000_000, body.getBytes(UTF_8)))
        .isEqualTo(new Webhook("whsec_" + SECRET).sign(ID, 1_700_000_000, body));
  }

  @Test
  void twoSecretsMakeTwoSignaturesTheNewOneFirst() {
    byte[] old = new byte[32];

    String both = WebhookSignature.header(List.of(secret, old), ID, 1, BODY);

    assertThat(both.split(" "))
        .containsExactly(
            WebhookSignature.header(List.of(secret), ID, 1, BODY),
            WebhookSignature.header(List.of(old), ID, 1, BODY));
  }
}
