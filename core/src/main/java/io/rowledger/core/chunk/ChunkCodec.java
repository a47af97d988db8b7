package io.rowledger.core.chunk;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.util.Native;
import io.rowledger.core.crypto.DataKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.UUID;
import java.util.zip.DataFormatException;
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

  /** Of the record: one byte, the version of the codec. */
  static final String HEADER = "codec";

  /** Deflate. Written until version 2 came, and read as long as a topic may hold such records. */
  static final int DEFLATE = 1;

  /** Zstandard (ADR 30). */
  static final int ZSTANDARD = 2;

  /** What is written. Travels in the record header and in the job. */
  public static final int WRITTEN = ZSTANDARD;

  /**
   * The newest that can be read; a worker claims no other. Never behind what is written, and a
   * release ahead of it when the codec changes.
   */
  public static final int NEWEST = ZSTANDARD;

  /** The fastest level that still takes less room than Deflate did. */
  private static final int LEVEL = 1;

  /** More than the largest chunk: a limit for what inflating may produce, in bytes. */
  private static final int MAX_PLAIN_BYTES = 8 * 1024 * 1024;

  private ChunkCodec() {}

  /**
   * Loads the compressor, which is native code, so that a process that cannot have it does not
   * start, rather than refuse its first upload.
   */
  static void load() {
    try {
      Native.load();
    } catch (UnsatisfiedLinkError e) {
      throw new IllegalStateException(
          ("The library of Zstandard cannot be loaded. It is unpacked into java.io.tmpdir, which is"
                  + " %s: that must be writable, and not mounted noexec.")
              .formatted(System.getProperty("java.io.tmpdir")),
          e);
    }
  }

  /** Seals the chunks of one upload in order. Not thread-safe. */
  public static final class Sealer {

    private final UUID uploadId;
    private final DataKey key;
    private final ZstdCompressCtx compressor = new ZstdCompressCtx().setLevel(LEVEL);
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
      int length = compress(plain);
      try {
        return ChunkCodec.seal(uploadId, number, WRITTEN, key, buffer, length);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("AES-GCM is part of every JDK", e);
      }
    }

    private int compress(byte[] plain) {
      int most = Integer.BYTES + Math.toIntExact(Zstd.compressBound(plain.length));
      if (buffer.length < most) {
        buffer = new byte[most];
      }
      ByteBuffer.wrap(buffer).putInt(plain.length);
      return Integer.BYTES
          + compressor.compressByteArray(
              buffer, Integer.BYTES, buffer.length - Integer.BYTES, plain, 0, plain.length);
    }

    void end() {
      compressor.close();
    }
  }

  /**
   * Opens a sealed chunk.
   *
   * @param version of the codec that sealed it
   * @throws UnreadableChunkException when the record is not this chunk, or was changed
   */
  static Chunk open(UUID uploadId, int number, int version, DataKey key, byte[] sealed) {
    try {
      byte[] compressed = unseal(uploadId, number, version, key, sealed);
      return ChunkDecoder.decode(decompress(version, compressed));
    } catch (GeneralSecurityException | DataFormatException | RuntimeException e) {
      throw new UnreadableChunkException(
          "chunk " + number + " of upload " + uploadId + " does not open", e);
    }
  }

  static byte[] seal(
      UUID uploadId, int number, int version, DataKey key, byte[] compressed, int length)
      throws GeneralSecurityException {
    return key.apply(
        Cipher.ENCRYPT_MODE,
        nonce(number),
        bound(uploadId, number, version),
        compressed,
        0,
        length);
  }

  static byte[] unseal(UUID uploadId, int number, int version, DataKey key, byte[] sealed)
      throws GeneralSecurityException {
    return key.apply(
        Cipher.DECRYPT_MODE,
        nonce(number),
        bound(uploadId, number, version),
        sealed,
        0,
        sealed.length);
  }

  private static byte[] decompress(int version, byte[] compressed) throws DataFormatException {
    int size = ByteBuffer.wrap(compressed).getInt();
    if (size < 0 || size > MAX_PLAIN_BYTES) {
      throw new DataFormatException("a chunk of " + size + " bytes");
    }
    byte[] plain = new byte[size];
    switch (version) {
      case DEFLATE -> inflate(compressed, plain);
      case ZSTANDARD -> decompress(compressed, plain);
      default -> throw new DataFormatException("codec " + version);
    }
    return plain;
  }

  private static void decompress(byte[] compressed, byte[] plain) throws DataFormatException {
    long length =
        Zstd.decompressByteArray(
            plain, 0, plain.length, compressed, Integer.BYTES, compressed.length - Integer.BYTES);
    if (length != plain.length) {
      throw new DataFormatException(
          Zstd.isError(length) ? Zstd.getErrorName(length) : "the chunk ends early");
    }
  }

  private static void inflate(byte[] compressed, byte[] plain) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(compressed, Integer.BYTES, compressed.length - Integer.BYTES);
      int length = 0;
      while (length < plain.length) {
        int more = inflater.inflate(plain, length, plain.length - length);
        if (more == 0) {
          throw new DataFormatException("the chunk ends early");
        }
        length += more;
      }
    } finally {
      inflater.end();
    }
  }

  private static byte[] nonce(int number) {
    return ByteBuffer.allocate(12).putInt(8, number).array();
  }

  private static byte[] bound(UUID uploadId, int number, int version) {
    return ByteBuffer.allocate(24)
        .putLong(uploadId.getMostSignificantBits())
        .putLong(uploadId.getLeastSignificantBits())
        .putInt(number)
        .putInt(version)
        .array();
  }
}
