package io.rowledger.api.intake;

import org.jspecify.annotations.Nullable;

/** What {@code Content-Length} says. */
public final class AnnouncedSize {

  private AnnouncedSize() {}

  /** Bytes of the body; 0 when the header does not say, or says nonsense. */
  public static long of(@Nullable String contentLength) {
    try {
      return contentLength == null ? 0 : Long.parseLong(contentLength.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
