package io.rowledger.core.chunk;

import io.rowledger.core.crypto.DataKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.UUID;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import javax.crypto.Cipher;

/**
 * Compresses and seals chunks, and opens them again. The associated data names upload, chunk and
 * codec version, so a record in the wrong place does not open: this is the integrity check as well.
 *
 * <p>The nonce is the chunk number. A GCM nonce must never repeat for a key, therefore a {@link
 * Sealer} hands out each number once, and a data key belongs to one upload and one sealer.
 */
public final class ChunkCodec {

  /** Travels in the record header and in the job; a worker claims only what it can read. */
  public static final int VERSION = 1;

  /** More than the largest chunk: a limit for what inflating may produce, in bytes. */
  private static final int MAX_PLAIN_BYTES = 8 * 1024 * 1024;

  private ChunkCodec() {}

  /** Seals the chunks of one upload in order. Not thread-safe. */
  public static final class Sealer {

    private final UUID uploadId;
    private final DataKey key;
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private byte[] buffer = new byte[64 * 1024];
    private int nextNumber;

    public Sealer(UUID uploadId, DataKey key) {
      this.uploadId = uploadId;
      this.key = key;
    }

    /** The number that the next sealed chunk gets, from 0. */
    public int nextNumber() {
      return nextNumber;
    }

    byte[] seal(byte[] plain) {
      int number = nextNumber++;
      int length = deflate(plain);
      try {
        return ChunkCodec.seal(uploadId, number, key, buffer, length);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("AES-GCM is part of every JDK", e);
      }
    }

    private int deflate(byte[] plain) {
      deflater.reset();
      deflater.setInput(plain);
      deflater.finish();
      ensure(plain.length + 64);
      ByteBuffer.wrap(buffer).putInt(plain.length);
      int length = Integer.BYTES;
      while (!deflater.finished()) {
        ensure(length + 1024);
        length += deflater.deflate(buffer, length, buffer.length - length);
      }
      return length;
    }

    private void ensure(int size) {
      if (buffer.length < size) {
        byte[] larger = new byte[Math.max(size, buffer.length * 2)];
        System.arraycopy(buffer, 0, larger, 0, buffer.length);
        buffer = larger;
      }
    }

    void end() {
      deflater.end();
    }
  }

  /**
   * Opens a sealed chunk.
   *
   * @throws UnreadableChunkException when the record is not this chunk, or was changed
   */
  static Chunk open(UUID uploadId, int number, DataKey key, byte[] sealed) {
    try {
      return ChunkDecoder.decode(inflate(unseal(uploadId, number, key, sealed)));
    } catch (GeneralSecurityException | DataFormatException | RuntimeException e) {
      throw new UnreadableChunkException(
          "chunk " + number + " of upload " + uploadId + " does not open", e);
    }
  }

  static byte[] seal(UUID uploadId, int number, DataKey key, byte[] compressed, int length)
      throws GeneralSecurityException {
    return key.apply(
        Cipher.ENCRYPT_MODE, nonce(number), bound(uploadId, number), compressed, 0, length);
  }

  static byte[] unseal(UUID uploadId, int number, DataKey key, byte[] sealed)
      throws GeneralSecurityException {
    return key.apply(
        Cipher.DECRYPT_MODE, nonce(number), bound(uploadId, number), sealed, 0, sealed.length);
  }

  private static byte[] inflate(byte[] compressed) throws DataFormatException {
    int size = ByteBuffer.wrap(compressed).getInt();
    if (size < 0 || size > MAX_PLAIN_BYTES) {
      throw new DataFormatException("a chunk of " + size + " bytes");
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(compressed, Integer.BYTES, compressed.length - Integer.BYTES);
      byte[] plain = new byte[size];
      int length = 0;
      while (length < size) {
        int more = inflater.inflate(plain, length, size - length);
        if (more == 0) {
          throw new DataFormatException("the chunk ends early");
        }
        length += more;
      }
      return plain;
    } finally {
      inflater.end();
    }
  }

  private static byte[] nonce(int number) {
    return ByteBuffer.allocate(12).putInt(8, number).array();
  }

  private static byte[] bound(UUID uploadId, int number) {
    return ByteBuffer.allocate(24)
        .putLong(uploadId.getMostSignificantBits())
        .putLong(uploadId.getLeastSignificantBits())
        .putInt(number)
        .putInt(VERSION)
        .array();
  }
}
