package io.rowledger.api.upload;

import io.rowledger.api.format.FormatOptions;
import io.rowledger.api.format.ReadBudget;
import io.rowledger.api.format.RowSource;
import io.rowledger.api.format.RowSources;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A file of the request as it was spooled; gone when the request ends.
 *
 * @param name as the caller calls it
 * @param size in bytes
 * @param jsonArray true for the array of a JSON body, which is one whatever its name says
 */
record UploadedFile(Path path, String name, long size, boolean jsonArray) {

  UploadedFile(Path path, String name, long size) {
    this(path, name, size, false);
  }

  RowSource open(FormatOptions options, ReadBudget budget) {
    return jsonArray
        ? RowSources.openJsonArray(path, name, budget)
        : RowSources.open(path, name, options, budget);
  }

  /** Lower case hex of the digest that {@code interpretation} gives. */
  String sha256() {
    MessageDigest digest = RequestDigest.sha256();
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = Files.newInputStream(path)) {
      int count;
      while ((count = in.read(buffer)) > 0) {
        digest.update(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
