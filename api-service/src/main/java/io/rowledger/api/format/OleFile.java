package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The container of Office before 2007. A workbook of that time cannot be read; but a new one with a
 * password is wrapped in the same container, and its owner needs another hint.
 */
final class OleFile {

  private static final byte[] MAGIC = {
    (byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, (byte) 0xA1, (byte) 0xB1, 0x1A, (byte) 0xE1
  };

  /** Directory entries have this size and stand at multiples of it. */
  private static final int ENTRY = 128;

  private static final byte[] ENCRYPTED = "EncryptedPackage\0".getBytes(StandardCharsets.UTF_16LE);

  private OleFile() {}

  static boolean isOle(byte[] start) {
    return start.length >= MAGIC.length
        && Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /** The refusal of such a file. */
  static ProblemException refusal(Path file) throws IOException {
    if (isEncrypted(file)) {
      return new ProblemException(
          Problem.UNREADABLE_FILE,
          "This is an encrypted workbook. Remove its password, or save the sheet as CSV.");
    }
    return new ProblemException(
        Problem.UNSUPPORTED_FORMAT,
        "Workbooks of the old .xls format cannot be read. Save it as .xlsx, or the sheet as CSV.");
  }

  private static boolean isEncrypted(Path file) throws IOException {
    byte[] buffer = new byte[512 * ENTRY];
    try (InputStream in = Files.newInputStream(file)) {
      int count;
      while ((count = in.readNBytes(buffer, 0, buffer.length)) > 0) {
        for (int i = 0; i + ENTRY <= count; i += ENTRY) {
          if (Arrays.equals(buffer, i, i + ENCRYPTED.length, ENCRYPTED, 0, ENCRYPTED.length)) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
