package io.rowledger.core.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Cipher;

/**
 * Wraps the data keys. It comes from configuration and never touches the database.
 *
 * @param id names the key in the rows it wrapped, so that a rotation can tell old from new
 */
public record MasterKey(String id, DataKey key) {

  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * Reads the configured key.
   *
   * @throws IllegalArgumentException when it is not base64 of 32 bytes; the text is not repeated
   */
  public static MasterKey parse(String id, String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64.strip());
    } catch (IllegalArgumentException notBase64) {
      throw new IllegalArgumentException("rowledger.crypto.master-key is not base64");
    }
    if (bytes.length != DataKey.KEY_BYTES) {
      throw new IllegalArgumentException(
          "rowledger.crypto.master-key must be base64 of 32 random bytes, it has " + bytes.length);
    }
    return new MasterKey(id, new DataKey(bytes));
  }

  /** Wraps a data key; the result opens for this upload only. */
  public byte[] wrap(UUID uploadId, DataKey dataKey) {
    byte[] nonce = new byte[DataKey.NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    byte[] plain = dataKey.bytes();
    try {
      byte[] sealed =
          key.apply(Cipher.ENCRYPT_MODE, nonce, bound(uploadId), plain, 0, plain.length);
      byte[] wrapped = Arrays.copyOf(nonce, nonce.length + sealed.length);
      System.arraycopy(sealed, 0, wrapped, nonce.length, sealed.length);
      return wrapped;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  /**
   * Opens a wrapped data key.
   *
   * @throws WrongMasterKeyException when it was wrapped by another master key or for another upload
   */
  public DataKey unwrap(UUID uploadId, byte[] wrapped) {
    byte[] nonce = Arrays.copyOf(wrapped, DataKey.NONCE_BYTES);
    int length = wrapped.length - nonce.length;
    try {
      return new DataKey(
          key.apply(Cipher.DECRYPT_MODE, nonce, bound(uploadId), wrapped, nonce.length, length));
    } catch (GeneralSecurityException | RuntimeException e) {
      // For a value that was cut short, providers throw whatever they like.
      throw new WrongMasterKeyException(
          "the key of upload " + uploadId + " does not open with master key " + id, e);
    }
  }

  private static byte[] bound(UUID uploadId) {
    return ("rowledger data key " + uploadId).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return "MasterKey[" + id + "]";
  }
}
