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

  private static final String DATA_KEY = "data key";

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
    return seal(DATA_KEY, uploadId, dataKey.bytes());
  }

  /**
   * Opens a wrapped data key.
   *
   * @throws WrongMasterKeyException when it was wrapped by another master key or for another upload
   */
  public DataKey unwrap(UUID uploadId, byte[] wrapped) {
    byte[] bytes = open(DATA_KEY, uploadId, wrapped);
    try {
      return new DataKey(bytes);
    } catch (IllegalArgumentException e) {
      throw new WrongMasterKeyException("what was wrapped for " + uploadId + " is no data key", e);
    }
  }

  /**
   * Seals a small secret for storage.
   *
   * @param purpose what it is, in ASCII; what was sealed for one purpose does not open as another
   * @param owner whose it is; what was sealed for one owner does not open for another
   */
  public byte[] seal(String purpose, UUID owner, byte[] secret) {
    byte[] nonce = new byte[DataKey.NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    try {
      byte[] sealed =
          key.apply(Cipher.ENCRYPT_MODE, nonce, bound(purpose, owner), secret, 0, secret.length);
      byte[] stored = Arrays.copyOf(nonce, nonce.length + sealed.length);
      System.arraycopy(sealed, 0, stored, nonce.length, sealed.length);
      return stored;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  /**
   * Opens what {@link #seal} sealed.
   *
   * @throws WrongMasterKeyException when it was sealed by another master key, for another purpose
   *     or for another owner
   */
  public byte[] open(String purpose, UUID owner, byte[] sealed) {
    byte[] nonce = Arrays.copyOf(sealed, DataKey.NONCE_BYTES);
    int length = sealed.length - nonce.length;
    try {
      return key.apply(
          Cipher.DECRYPT_MODE, nonce, bound(purpose, owner), sealed, nonce.length, length);
    } catch (GeneralSecurityException | RuntimeException e) {
      // For a value that was cut short, providers throw whatever they like.
      throw new WrongMasterKeyException(
          "the %s of %s does not open with master key %s".formatted(purpose, owner, id), e);
    }
  }

  private static byte[] bound(String purpose, UUID owner) {
    return ("rowledger " + purpose + " " + owner).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return "MasterKey[" + id + "]";
  }
}
