package io.rowledger.api.mail;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real SMTP server in this process, and settings that point the application to it. */
public final class MailServer implements QuarkusTestResourceLifecycleManager {

  static final String FROM = "imports@rowledger.example";

  private static @Nullable GreenMail server;

  static GreenMail server() {
    if (server == null) {
      throw new IllegalStateException("the mail server does not run");
    }
    return server;
  }

  /** A server without any mail. */
  static void startOn(int port) {
    ServerSetup setup = new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
    setup.setServerStartupTimeout(20_000);
    GreenMail started = new GreenMail(setup);
    started.start();
    server = started;
  }

  @Override
  public Map<String, String> start() {
    startOn(0);
    return Map.of(
        "quarkus.mailer.mock",
        "false",
        "quarkus.mailer.host",
        "127.0.0.1",
        "quarkus.mailer.port",
        Integer.toString(server().getSmtp().getPort()),
        "rowledger.mail.from",
        FROM);
  }

  @Override
  public void stop() {
    server().stop();
    server = null;
  }
}
