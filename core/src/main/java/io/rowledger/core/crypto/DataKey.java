package io.rowledger.core.crypto;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A random AES-256 key: one for each upload. Whoever deletes it has deleted the upload's rows. */
public final class DataKey {

  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 12;
  static final int TAG_BITS = 128;

  private final SecretKey key;

  DataKey(byte[] bytes) {
    if (bytes.length != KEY_BYTES) {
      throw new IllegalArgumentException("a data key has 32 bytes");
    }
    this.key = new SecretKeySpec(bytes, "AES");
  }

  public static DataKey random() {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return new DataKey(bytes);
  }

  byte[] bytes() {
    return key.getEncoded();
  }

  /**
   * Seals or opens (AES-GCM) what {@code in} holds from {@code offset}.
   *
   * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
   * @param nonce 12 bytes that may never be used twice with this key to encrypt
   * @throws GeneralSecurityException when decrypting and key, nonce, data or {@code bound} differ
   */
  public byte[] apply(int mode, byte[] nonce, byte[] bound, byte[] in, int offset, int length)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(bound);
    return cipher.doFinal(in, offset, length);
  }
}
