package io.rowledger.api.upload;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How long a caller wants to wait for an outcome: {@code Prefer: wait=N} of RFC 7240. */
final class PreferWait {

  static final Duration MOST = Duration.ofSeconds(30);

  private static final Pattern WAIT =
      Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*\"?(\\d{1,4})\"?\\s*(?:$|[,;])");

  private PreferWait() {}

  /**
   * At most, and without a wish, 30 seconds. What is no preference is ignored, as RFC 7240 asks.
   */
  static Duration of(@Nullable String prefer) {
    Matcher wait = WAIT.matcher(prefer == null ? "" : prefer);
    if (!wait.find()) {
      return MOST;
    }
    Duration wish = Duration.ofSeconds(Integer.parseInt(wait.group(1)));
    return wish.compareTo(MOST) < 0 ? wish : MOST;
  }
}
