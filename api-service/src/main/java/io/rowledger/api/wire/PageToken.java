package io.rowledger.api.wire;

import io.rowledger.api.problem.ProblemException;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * The query parameter {@code pageToken}: bytes that mean something only to the list they are of.
 */
public final class PageToken {

  private PageToken() {}

  /** Writes what was put into {@code bytes}. */
  public static String write(ByteBuffer bytes) {
    byte[] written = new byte[bytes.flip().remaining()];
    bytes.get(written);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(written);
  }

  /**
   * Reads a token back.
   *
   * @throws ProblemException when it does not have {@code length} bytes
   */
  public static ByteBuffer read(String token, int length) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token);
      if (bytes.length == length) {
        return ByteBuffer.wrap(bytes);
      }
    } catch (IllegalArgumentException e) {
      // The same answer as a token of another length.
    }
    throw invalid();
  }

  /** For a token that can be read but is not one of this list. */
  public static ProblemException invalid() {
    return ProblemException.invalid(
        "pageToken", "is not a token that this list gave, with the same filters");
  }
}
