package io.rowledger.api.format;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a file that is not text looks like, by its first bytes, with what to do about it. */
final class BinaryLook {

  private record Magic(String hex, String looks) {}

  private static final List<Magic> MAGICS =
      List.of(
          // These three are read or refused by others, unless they are inside of a gzip file.
          new Magic("504b0304", "a ZIP archive or a workbook. Send a workbook without gzip"),
          new Magic("d0cf11e0a1b11ae1", "an old Excel workbook (.xls). Save the sheet as CSV"),
          new Magic("1f8b", "a gzip file inside of one. Pack it once"),
          new Magic("25504446", "a PDF document. Export the data as CSV"),
          new Magic("7f454c46", "a Linux program"),
          new Magic("4d5a9000", "a Windows program"),
          new Magic("cafebabe", "a Java class"),
          new Magic("89504e47", "a PNG image"),
          new Magic("ffd8ff", "a JPEG image"),
          new Magic("474946383961", "a GIF image"),
          new Magic("474946383761", "a GIF image"),
          new Magic("377abcaf271c", "a 7z archive. Unpack it first"),
          new Magic("526172211a07", "a RAR archive. Unpack it first"),
          new Magic("28b52ffd", "a zstd file. Unpack it first"),
          new Magic("425a68393141", "a bzip2 file. Unpack it first"),
          new Magic("fd377a585a00", "an xz file. Unpack it first"),
          new Magic("5041523115", "a Parquet file. Export the data as CSV"),
          new Magic("4f626a01", "an Avro file. Export the data as CSV"),
          new Magic("53514c69746520666f726d6174", "an SQLite database. Export the data as CSV"),
          new Magic("7b5c727466", "a rich text document. Save it as plain text"),
          new Magic("fffe0000", "UTF-32 text. Save it as UTF-8"),
          new Magic("0000feff", "UTF-32 text. Save it as UTF-8"));

  private BinaryLook() {}

  /** What the bytes look like, as the rest of a sentence; null when they may be text. */
  static @Nullable String of(byte[] start) {
    String hex = HexFormat.of().formatHex(start, 0, Math.min(16, start.length));
    for (Magic magic : MAGICS) {
      if (hex.startsWith(magic.hex())) {
        return magic.looks();
      }
    }
    String text =
        new String(start, 0, Math.min(200, start.length), StandardCharsets.ISO_8859_1)
            .replace("\u00ef\u00bb\u00bf", "")
            .stripLeading()
            .toLowerCase(Locale.ROOT);
    if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml")) {
      return "an HTML or XML page (a login page saved by mistake?). Download the data as CSV";
    }
    return null;
  }
}
