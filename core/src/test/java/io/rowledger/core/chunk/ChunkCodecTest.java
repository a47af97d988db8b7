package io.rowledger.core.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.rowledger.core.chunk.ChunkCodec.Sealer;
import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.zip.Deflater;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkCodecTest {

  private static final UUID UPLOAD = UUID.fromString("01890000-0000-7000-8000-000000000001");

  private final DataKey key = DataKey.random();

  static List<List<@Nullable String>> cells() {
    return List.of(
        List.of(),
        List.of(""),
        Arrays.asList((String) null),
        Arrays.asList(null, "", null, "x", ""),
        List.of("plain", "with,comma", "line\nbreak", "tab\t", "NUL \0 inside"),
        List.of("äöü ß İı ş", "日本語", "عربى", "\u200d\ufeff"),
        List.of("😀", "a😀b", "👩‍👩‍👧", "\uD83D\uDE00\uD83D\uDE00"),
        List.of("\uD83D", "\uDE00", "a\uD83Db", "\uDE00\uD83D", "x\uD83D", "😀\uD83D"),
        List.of("é", "e\u0301"),
        List.of("x".repeat(127), "x".repeat(128), "x".repeat(70_000), "ß".repeat(20_000)));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void whatGoesInComesOut(List<@Nullable String> cells) {
    Chunk chunk = throughTheLog(1, List.of("a", "ü", "😀"), List.of(RawRow.of(2, cells)));

    assertThat(chunk.fileNumber()).isEqualTo(1);
    assertThat(chunk.columns()).containsExactly("a", "ü", "😀");
    assertThat(chunk.rows()).containsExactly(RawRow.of(2, cells));
  }

  @Test
  void aMalformedRowKeepsItsReason() {
    RawRow malformed = new RawRow(7, List.of("a", "b"), "3 columns were expected");
    RawRow empty = new RawRow(8, List.of(), "");

    assertThat(throughTheLog(3, List.of("a"), List.of(malformed, empty)).rows())
        .containsExactly(malformed, empty);
  }

  @Test
  void aRowFromBeforeAColumnAppearedHasNoCellForIt() {
    RawRow before = RawRow.of(1, List.of("1"));
    RawRow after = RawRow.of(2, List.of("1", "2"));

    Chunk chunk = throughTheLog(1, List.of("a", "b"), List.of(before, after));

    assertThat(chunk.rows().get(0).cell(1)).isNull();
    assertThat(chunk.rows().get(1).cell(1)).isEqualTo("2");
  }

  @Test
  void anyRowsComeBackAsTheyWere() {
    Random random = new Random(20_240_917);
    for (int round = 0; round < 300; round++) {
      List<String> columns = new ArrayList<>();
      int width = random.nextInt(12);
      for (int i = 0; i < width; i++) {
        columns.add(text(random));
      }
      List<RawRow> rows = new ArrayList<>();
      int height = random.nextInt(40);
      for (int i = 0; i < height; i++) {
        @Nullable String[] cells = new String[random.nextInt(width + 1)];
        for (int cell = 0; cell < cells.length; cell++) {
          cells[cell] = random.nextInt(5) == 0 ? null : text(random);
        }
        String malformed = random.nextInt(10) == 0 ? text(random) : null;
        rows.add(new RawRow(random.nextInt(Integer.MAX_VALUE), Arrays.asList(cells), malformed));
      }
      int file = random.nextInt(1000);

      assertThat(throughTheLog(file, columns, rows))
          .isEqualTo(new Chunk(file, CellFormat.TEXT, columns, rows));
    }
  }

  @ParameterizedTest
  @EnumSource(CellFormat.class)
  void aChunkSaysHowItsCellsAreToBeRead(CellFormat format) {
    ChunkEncoder encoder = new ChunkEncoder();
    encoder.add(RawRow.of(1, List.of("{}")));

    assertThat(ChunkDecoder.decode(encoder.take(1, format, List.of("a"))).format())
        .isEqualTo(format);
  }

  @Test
  void anEncoderIsEmptyAfterTake() {
    ChunkEncoder encoder = new ChunkEncoder();
    encoder.add(RawRow.of(5, List.of("a")));
    encoder.add(RawRow.of(9, List.of("b")));
    assertThat(encoder.firstRow()).isEqualTo(5);
    assertThat(encoder.rowCount()).isEqualTo(2);
    encoder.take(1, CellFormat.TEXT, List.of("x"));

    assertThat(encoder.rowCount()).isZero();
    assertThat(encoder.size()).isZero();
    encoder.add(RawRow.of(12, List.of("c")));
    assertThat(encoder.firstRow()).isEqualTo(12);
    assertThat(ChunkDecoder.decode(encoder.take(2, CellFormat.TEXT, List.of("y"))))
        .isEqualTo(
            new Chunk(2, CellFormat.TEXT, List.of("y"), List.of(RawRow.of(12, List.of("c")))));
  }

  @Test
  void noByteOfASealedChunkCanBeChanged() {
    byte[] sealed = sealOne("the only row");
    for (int i = 0; i < sealed.length; i++) {
      byte[] tampered = sealed.clone();
      tampered[i] ^= 1;
      assertUnreadable(UPLOAD, 0, key, tampered);
    }
  }

  @Test
  void aCutOrLengthenedChunkDoesNotOpen() {
    byte[] sealed = sealOne("the only row");
    for (int length = 0; length < sealed.length; length++) {
      assertUnreadable(UPLOAD, 0, key, Arrays.copyOf(sealed, length));
    }
    assertUnreadable(UPLOAD, 0, key, Arrays.copyOf(sealed, sealed.length + 1));
  }

  @Test
  void aChunkOpensOnlyInItsPlaceAndWithItsKey() {
    byte[] sealed = sealOne("the only row");

    assertUnreadable(UUID.randomUUID(), 0, key, sealed);
    assertUnreadable(UPLOAD, 1, key, sealed);
    assertUnreadable(UPLOAD, 0, DataKey.random(), sealed);
    assertThat(ChunkCodec.open(UPLOAD, 0, ChunkCodec.WRITTEN, key, sealed).rows()).hasSize(1);
  }

  @Test
  void whatIsUnreadableSaysWhichChunkAndNothingOfTheRows() {
    assertThatThrownBy(() -> ChunkCodec.open(UPLOAD, 3, ChunkCodec.WRITTEN, key, sealOne("secret")))
        .isInstanceOf(UnreadableChunkException.class)
        .hasMessageContaining(UPLOAD.toString())
        .hasMessageContaining("chunk 3")
        .hasMessageNotContaining("secret");
  }

  /** The same bytes twice: with one nonce, the sealed bytes would be the same as well. */
  @Test
  void noTwoChunksOfASealerShareANonce() {
    Sealer sealer = new Sealer(UPLOAD, key);
    byte[] plain = encode(1, List.of("a"), List.of(RawRow.of(2, List.of("x"))));
    Set<String> seen = new HashSet<>();
    for (int number = 0; number < 200; number++) {
      assertThat(sealer.nextNumber()).isEqualTo(number);
      byte[] sealed = sealer.seal(plain);
      assertThat(seen.add(new String(sealed, StandardCharsets.ISO_8859_1))).isTrue();
      assertThat(ChunkCodec.open(UPLOAD, number, ChunkCodec.WRITTEN, key, sealed).rows())
          .hasSize(1);
    }
    sealer.end();
  }

  @Test
  void aSealedChunkShowsNothingOfItsRows() {
    String sealed = new String(sealOne("needle in the hay"), StandardCharsets.ISO_8859_1);

    assertThat(sealed).doesNotContain("needle");
  }

  @Test
  void aLargeChunkIsCompressed() {
    List<RawRow> rows = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      rows.add(RawRow.of(i + 2, List.of("customer-" + i, "2024-01-01", "EUR", "12.50", "card")));
    }
    byte[] plain = encode(1, List.of("id", "date", "currency", "amount", "method"), rows);
    Sealer sealer = new Sealer(UPLOAD, key);

    byte[] sealed = sealer.seal(plain);

    assertThat(sealed.length).isLessThan(plain.length / 3);
    assertThat(ChunkCodec.open(UPLOAD, 0, ChunkCodec.WRITTEN, key, sealed).rows()).isEqualTo(rows);
    sealer.end();
  }

  /** Records of every version that was ever written lie in topics until their retention ends. */
  @Test
  void aChunkOfEachVersionOpens() throws GeneralSecurityException {
    byte[] plain = encode(1, List.of("a"), List.of(RawRow.of(2, List.of("x".repeat(500)))));
    byte[] deflated = withSize(plain, deflate(plain));
    byte[] zstandard = withSize(plain, Zstd.compress(plain, 1));

    assertThat(open(ChunkCodec.DEFLATE, seal(ChunkCodec.DEFLATE, deflated)))
        .isEqualTo(ChunkDecoder.decode(plain));
    assertThat(open(ChunkCodec.ZSTANDARD, seal(ChunkCodec.ZSTANDARD, zstandard)))
        .isEqualTo(ChunkDecoder.decode(plain));
  }

  @Test
  void aChunkThatClaimsAnotherVersionDoesNotOpen() throws GeneralSecurityException {
    byte[] plain = encode(1, List.of("a"), List.of(RawRow.of(2, List.of("x".repeat(500)))));
    byte[] deflated = withSize(plain, deflate(plain));
    byte[] sealed = seal(ChunkCodec.DEFLATE, deflated);
    byte[] unknown = seal(ChunkCodec.NEWEST + 1, deflated);
    byte[] mixedUp = seal(ChunkCodec.ZSTANDARD, deflated);

    assertUnreadable(() -> open(ChunkCodec.ZSTANDARD, sealed));
    assertUnreadable(() -> open(0, sealed));
    assertUnreadable(() -> open(ChunkCodec.NEWEST + 1, unknown));
    assertUnreadable(() -> open(ChunkCodec.ZSTANDARD, mixedUp));
  }

  @ParameterizedTest
  @ValueSource(ints = {ChunkCodec.DEFLATE, ChunkCodec.ZSTANDARD})
  void aChunkOfAnotherSizeThanItSaysDoesNotOpen(int version) throws GeneralSecurityException {
    byte[] plain = encode(1, List.of("a"), List.of(RawRow.of(2, List.of("x".repeat(500)))));
    byte[] compressed = version == ChunkCodec.DEFLATE ? deflate(plain) : Zstd.compress(plain, 1);
    byte[] longer = seal(version, withSize(plain.length + 1, compressed));
    byte[] shorter = seal(version, withSize(plain.length - 1, compressed));
    byte[] negative = seal(version, withSize(-1, compressed));
    byte[] huge = seal(version, withSize(Integer.MAX_VALUE, compressed));

    assertUnreadable(() -> open(version, longer));
    assertUnreadable(() -> open(version, shorter));
    assertUnreadable(() -> open(version, negative));
    assertUnreadable(() -> open(version, huge));
  }

  private byte[] seal(int version, byte[] compressed) throws GeneralSecurityException {
    return ChunkCodec.seal(UPLOAD, 0, version, key, compressed, compressed.length);
  }

  private Chunk open(int version, byte[] sealed) {
    return ChunkCodec.open(UPLOAD, 0, version, key, sealed);
  }

  private static byte[] withSize(byte[] plain, byte[] compressed) {
    return withSize(plain.length, compressed);
  }

  private static byte[] withSize(int size, byte[] compressed) {
    return ByteBuffer.allocate(Integer.BYTES + compressed.length)
        .putInt(size)
        .put(compressed)
        .array();
  }

  private static byte[] deflate(byte[] plain) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    deflater.setInput(plain);
    deflater.finish();
    byte[] room = new byte[plain.length + 64];
    int length = deflater.deflate(room);
    deflater.end();
    return Arrays.copyOf(room, length);
  }

  private byte[] sealOne(String cell) {
    Sealer sealer = new Sealer(UPLOAD, key);
    try {
      return sealer.seal(encode(1, List.of("a"), List.of(RawRow.of(2, List.of(cell)))));
    } finally {
      sealer.end();
    }
  }

  private Chunk throughTheLog(int file, List<String> columns, List<RawRow> rows) {
    Sealer sealer = new Sealer(UPLOAD, key);
    try {
      return ChunkCodec.open(
          UPLOAD, 0, ChunkCodec.WRITTEN, key, sealer.seal(encode(file, columns, rows)));
    } finally {
      sealer.end();
    }
  }

  private static byte[] encode(int file, List<String> columns, List<RawRow> rows) {
    ChunkEncoder encoder = new ChunkEncoder();
    rows.forEach(encoder::add);
    return encoder.take(file, CellFormat.TEXT, columns);
  }

  private static void assertUnreadable(UUID upload, int number, DataKey key, byte[] sealed) {
    assertUnreadable(() -> ChunkCodec.open(upload, number, ChunkCodec.WRITTEN, key, sealed));
  }

  private static void assertUnreadable(ThrowingCallable open) {
    assertThatThrownBy(open).isInstanceOf(UnreadableChunkException.class);
  }

  /** Any UTF-16 units at all, so half a pair is as likely as a letter. */
  private static String text(Random random) {
    int length = random.nextInt(8) == 0 ? random.nextInt(3000) : random.nextInt(20);
    StringBuilder text = new StringBuilder();
    int sort = random.nextInt(3);
    for (int i = 0; i < length; i++) {
      switch (sort) {
        case 0 -> text.append((char) ('a' + random.nextInt(26)));
        case 1 -> text.append((char) random.nextInt(0x10000));
        default -> text.append((char) (0xD800 + random.nextInt(0x800)));
      }
    }
    return text.toString();
  }
}
