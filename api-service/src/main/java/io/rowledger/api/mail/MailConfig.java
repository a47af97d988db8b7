package io.rowledger.api.mail;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Mails about jobs that ended. The server they go to is under {@code quarkus.mailer}: at least
 * {@code quarkus.mailer.host}.
 */
@ConfigMapping(prefix = "rowledger.mail")
public interface MailConfig {

  /**
   * Sender, {@code imports@example.com} or {@code Imports <imports@example.com>}. No mail is sent
   * until it is set, and uploads that ask for one are warned.
   */
  Optional<String> from();

  /**
   * Where callers reach this service, such as {@code https://imports.example.com}, for the link to
   * the job. Without it the mail names the job and has no link.
   */
  Optional<String> publicUrl();

  /**
   * How long to wait after each failed try before the next, give or take a fifth. After the last of
   * them comes one more try.
   */
  @WithDefault("30s,2m,10m,1h,3h,6h,12h")
  List<Duration> retryDelays();

  /** How often due mails are looked for. */
  @WithDefault("5s")
  Duration pollEvery();

  /**
   * How many days after the end of a job its mail may still be sent, and is remembered. Bounds what
   * is sent when mail is configured late.
   */
  @WithDefault("3")
  int keepDays();

  default boolean on() {
    return from().isPresent();
  }
}
