package io.rowledger.api.format;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One pass over a file's bytes before its rows are read: the digest (so that control totals can
 * refuse a file before a row of it was sent anywhere), and whether all of it is UTF-8.
 *
 * @param sha256 lower case hex
 * @param firstNotUtf8 offset of the first byte that is not UTF-8, -1 when there is none
 * @param utf8Sequences well-formed characters outside of ASCII before that
 */
record FileScan(String sha256, long firstNotUtf8, long utf8Sequences) {

  static FileScan of(SourceFile file) throws IOException {
    MessageDigest digest = sha256Digest();
    Utf8Check utf8 = new Utf8Check();
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = file.newStream()) {
      int count;
      while ((count = in.read(buffer)) > 0) {
        digest.update(buffer, 0, count);
        utf8.accept(buffer, count);
      }
    }
    return new FileScan(
        HexFormat.of().formatHex(digest.digest()), utf8.firstInvalid(), utf8.sequences());
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
