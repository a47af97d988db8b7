package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a workbook, by name. Nothing is ever written under a name of the archive, so names
 * with {@code ..} lead nowhere.
 */
final class WorkbookZip implements Closeable {

  private final ZipFile zip;
  private final Map<String, ZipEntry> parts;
  private final ReadBudget budget;
  private final long packed;
  private long inflated;

  private WorkbookZip(ZipFile zip, Map<String, ZipEntry> parts, ReadBudget budget, long packed) {
    this.zip = zip;
    this.parts = parts;
    this.budget = budget;
    this.packed = packed;
  }

  static boolean isZip(byte[] start) {
    // The second is the mark of an archive without any entry.
    return start.length >= 4
        && start[0] == 'P'
        && start[1] == 'K'
        && ((start[2] == 3 && start[3] == 4) || (start[2] == 5 && start[3] == 6));
  }

  /**
   * Opens.
   *
   * @throws ProblemException FILE_TOO_LARGE, UNREADABLE_FILE
   */
  static WorkbookZip open(Path file, ReadBudget budget) throws IOException {
    FormatConfig.Workbook bounds = budget.config().workbook();
    long size = Files.size(file);
    if (size > bounds.maxBytes()) {
      throw new ProblemException(
          Problem.FILE_TOO_LARGE,
          "The workbook has %d bytes; at most %d can be read. Send the sheet as CSV."
              .formatted(size, bounds.maxBytes()));
    }
    ZipDirectory.check(file, bounds.maxEntries());
    ZipFile zip = null;
    try {
      zip = new ZipFile(file.toFile());
      return new WorkbookZip(zip, parts(zip, bounds), budget, size);
    } catch (ZipException broken) {
      throw damaged();
    } catch (RuntimeException refused) {
      if (zip != null) {
        zip.close();
      }
      throw refused;
    }
  }

  private static Map<String, ZipEntry> parts(ZipFile zip, FormatConfig.Workbook bounds) {
    if (zip.size() > bounds.maxEntries()) {
      throw ZipDirectory.tooManyEntries(bounds.maxEntries());
    }
    Map<String, ZipEntry> parts = new HashMap<>();
    Enumeration<? extends ZipEntry> entries = zip.entries();
    while (entries.hasMoreElements()) {
      ZipEntry entry = next(entries);
      if (parts.put(key(entry.getName()), entry) != null) {
        // Which of two is read depends on the reader; the caller may see another one than we.
        throw new ProblemException(
            Problem.UNREADABLE_FILE,
            "The workbook holds two parts of one name. Save it again in a spreadsheet program.");
      }
    }
    return parts;
  }

  private static ZipEntry next(Enumeration<? extends ZipEntry> entries) {
    try {
      return entries.nextElement();
    } catch (IllegalArgumentException unreadableName) {
      throw damaged();
    }
  }

  boolean has(String part) {
    return parts.containsKey(key(part));
  }

  /** Opens a part that a workbook cannot be without. */
  InputStream open(String part) throws IOException {
    InputStream in = openIfThere(part);
    if (in == null) {
      throw damaged();
    }
    return in;
  }

  @Nullable InputStream openIfThere(String part) throws IOException {
    ZipEntry entry = parts.get(key(part));
    if (entry == null) {
      return null;
    }
    try {
      return new PartStream(zip.getInputStream(entry), entry.getCrc(), this::count);
    } catch (ZipException broken) {
      throw damaged();
    }
  }

  // XML is ten times as much as the cells in it, so it does not count as sent by the organisation.
  private void count(int bytes) {
    inflated += bytes;
    budget.checkRatio(inflated, packed);
    long most = budget.config().workbook().maxInflatedBytes();
    if (inflated > most) {
      throw new ProblemException(
          Problem.FILE_TOO_LARGE,
          "The workbook unpacks to more than %d bytes. Send the sheet as CSV.".formatted(most));
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  static ProblemException damaged() {
    return new ProblemException(
        Problem.UNREADABLE_FILE,
        "The workbook is damaged or cut off. Save it again in a spreadsheet program and send all of"
            + " it.");
  }

  // Names of parts differ in more than case; some programs write the separator of Windows.
  private static String key(String part) {
    String name = part.replace('\\', '/').toLowerCase(Locale.ROOT);
    return name.startsWith("/") ? name.substring(1) : name;
  }
}
