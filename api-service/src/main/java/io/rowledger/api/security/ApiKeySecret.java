package io.rowledger.api.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The text of an API key, {@code rl_<environment>_<random>}. Plain SHA-256 is enough to store it:
 * with 256 random bits there is nothing to guess, so there is nothing to slow down.
 */
public final class ApiKeySecret {

  static final String PREFIX = "rl_";

  private static final int RANDOM_BYTES = 32;
  private static final Pattern ENVIRONMENT = Pattern.compile("[a-z0-9-]{1,20}");

  /** 43 characters of Base64 are 32 bytes; the upper end keeps nonsense away from the hash. */
  private static final Pattern FORM = Pattern.compile("rl_[a-z0-9-]{1,20}_[A-Za-z0-9_-]{43,128}");

  private ApiKeySecret() {}

  /** A new key. Nobody can show it again. */
  public static String generate(String environment, SecureRandom random) {
    if (!ENVIRONMENT.matcher(environment).matches()) {
      throw new IllegalArgumentException(
          "rowledger.security.environment must be 1 to 20 of a-z, 0-9 and -");
    }
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return PREFIX
        + environment
        + "_"
        + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Whether {@code text} could be a key at all. */
  public static boolean hasForm(String text) {
    return FORM.matcher(text).matches();
  }

  /** SHA-256 of the key, as stored. */
  public static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }
}
