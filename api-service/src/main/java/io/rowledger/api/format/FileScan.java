package io.rowledger.api.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One pass over a file's bytes before its rows are read: the digest (so that control totals can
 * refuse a file before a row of it was sent anywhere), what it unpacks to, and whether all of that
 * is UTF-8.
 *
 * @param sha256 of the bytes as they were sent, lower case hex
 * @param firstNotUtf8 offset of the first byte that is not UTF-8, -1 when there is none
 * @param utf8Sequences well-formed characters outside of ASCII before that
 */
record FileScan(String sha256, long firstNotUtf8, long utf8Sequences) {

  static FileScan of(SourceFile file, ReadBudget budget) throws IOException {
    MessageDigest digest = sha256Digest();
    Utf8Check utf8 = new Utf8Check();
    InputStream sent = new DigestInputStream(Files.newInputStream(file.path()), digest);
    if (file.gzipped()) {
      unpack(new GzipStream(sent), utf8, budget);
    } else {
      read(sent, utf8);
    }
    return new FileScan(
        HexFormat.of().formatHex(digest.digest()), utf8.firstInvalid(), utf8.sequences());
  }

  private static void read(InputStream from, Utf8Check utf8) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    try (from) {
      int count;
      while ((count = from.read(buffer)) > 0) {
        utf8.accept(buffer, count);
      }
    }
  }

  // Reads to the very end, so every byte that was sent passes the digest too.
  private static void unpack(GzipStream from, Utf8Check utf8, ReadBudget budget)
      throws IOException {
    byte[] buffer = new byte[64 * 1024];
    long inflated = 0;
    try (from) {
      int count;
      while ((count = from.read(buffer)) > 0) {
        budget.unpacked(count);
        inflated += count;
        budget.checkRatio(inflated, from.packedBytes());
        utf8.accept(buffer, count);
      }
    }
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
