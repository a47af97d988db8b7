package io.rowledger.api.intake;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A body that is cut off when it has more bytes, parts or headers than it may have. */
final class GuardedBody extends FilterInputStream {

  private final long limit;
  private final long most;
  private final LongConsumer grown;
  private final @Nullable PartLimits parts;
  private long bytes;

  /** One of the checks threw. */
  private boolean refused;

  /**
   * @param limit bytes after which the body is cut off
   * @param most bytes that the refusal names
   * @param grown told how many bytes there were so far; may throw
   * @param parts null when the body is no form
   */
  GuardedBody(
      InputStream in, long limit, long most, LongConsumer grown, @Nullable PartLimits parts) {
    super(in);
    this.limit = limit;
    this.most = most;
    this.grown = grown;
    this.parts = parts;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = super.read(buffer, offset, length);
    if (count > 0) {
      refused = true;
      bytes += count;
      if (bytes > limit) {
        throw AdmissionFilter.tooLarge(bytes, most);
      }
      grown.accept(bytes);
      if (parts != null) {
        parts.look(buffer, offset, count);
      }
      refused = false;
    }
    return count;
  }

  /** Counted like what is read: nothing passes by. */
  @Override
  public long skip(long count) throws IOException {
    byte[] passed = new byte[(int) Math.min(8192, Math.max(0, count))];
    return passed.length == 0 ? 0 : Math.max(0, read(passed, 0, passed.length));
  }

  /**
   * Not when the body was refused: the server's stream reads to its end before it closes, and the
   * refusal of a body without an end would never be sent.
   */
  @Override
  public void close() throws IOException {
    if (!refused) {
      super.close();
    }
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
