package io.rowledger.api.webhook;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.rowledger.api.mail.MailServer;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Endpoints on this machine, delays of milliseconds, and a mail server: for all that is sent. */
public final class DeliveryProfile implements QuarkusTestProfile {

  /** One more try than there are delays. */
  static final int MOST_TRIES = 7;

  /** So many that a server that is away for seconds does not use them up. */
  public static final int MOST_MAIL_TRIES = 400;

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "rowledger.webhooks.allow-private-targets", "true",
        "rowledger.webhooks.allow-http", "true",
        "rowledger.webhooks.poll-every", "PT0.02S",
        "rowledger.webhooks.retry-delays", "PT0.01S,PT0.02S,PT0.03S,PT0.03S,PT0.03S,PT0.03S",
        "rowledger.mail.poll-every", "PT0.02S",
        "rowledger.mail.retry-delays",
            String.join(",", Collections.nCopies(MOST_MAIL_TRIES - 1, "PT0.05S")),
        "rowledger.mail.public-url", "https://imports.example.com/");
  }

  @Override
  public List<TestResourceEntry> testResources() {
    return List.of(new TestResourceEntry(MailServer.class));
  }
}
