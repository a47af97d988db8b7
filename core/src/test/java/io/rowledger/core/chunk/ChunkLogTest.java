package io.rowledger.core.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.testing.TestKafka;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows through the real broker: exactly those of the index, or an error that says which sort. */
class ChunkLogTest {

  private static final int CHUNK_ROWS = 3;
  private static final List<String> COLUMNS = List.of("a", "b");

  private final UUID upload = UUID.randomUUID();
  private final DataKey key = DataKey.random();
  private String topic = "";
  private ChunkLog log = newLog();

  @BeforeEach
  void createTopic() throws Exception {
    topic = newTopic(1);
    log = newLog();
  }

  @AfterEach
  void close() {
    log.close();
    TestKafka.broker().resume();
  }

  @Test
  void threeFilesComeBackRowByRow() {
    List<ChunkRef> index;
    List<RawRow> first = rows(1, 7);
    List<RawRow> second = rows(2, 1);
    List<RawRow> third = rows(3, 3);
    try (ChunkWriter writer = log.begin(upload, key)) {
      first.forEach(row -> writer.add(1, CellFormat.TEXT, COLUMNS, row));
      second.forEach(row -> writer.add(2, CellFormat.JSON, List.of("c"), row));
      third.forEach(row -> writer.add(3, CellFormat.TEXT, COLUMNS, row));
      index = writer.finish();
    }

    assertThat(index).extracting(ChunkRef::number).containsExactly(0, 1, 2, 3, 4);
    assertThat(index).extracting(ChunkRef::fileNumber).containsExactly(1, 1, 1, 2, 3);
    assertThat(index).extracting(ChunkRef::rows).containsExactly(3, 3, 1, 1, 3);
    assertThat(index).extracting(ChunkRef::firstRow).containsExactly(2, 5, 8, 2, 2);
    List<Chunk> chunks = readAll(upload, key, index);
    assertThat(rowsOf(chunks, 1)).isEqualTo(first);
    assertThat(rowsOf(chunks, 2)).isEqualTo(second);
    assertThat(rowsOf(chunks, 3)).isEqualTo(third);
    assertThat(chunks.get(3).columns()).containsExactly("c");
    assertThat(chunks)
        .extracting(Chunk::format)
        .containsExactly(
            CellFormat.TEXT, CellFormat.TEXT, CellFormat.TEXT, CellFormat.JSON, CellFormat.TEXT);
  }

  @Test
  void anUploadWithoutRowsHasNoChunks() {
    try (ChunkWriter writer = log.begin(upload, key)) {
      assertThat(writer.finish()).isEmpty();
    }
  }

  @Test
  void aLargeRowIsSentAtOnceAndDoesNotSwellTheChunk() {
    RawRow large = RawRow.of(2, List.of("x".repeat(2_000)));
    RawRow small = RawRow.of(3, List.of("y"));
    List<ChunkRef> index;
    try (ChunkWriter writer = log.begin(upload, key)) {
      writer.add(1, CellFormat.TEXT, COLUMNS, large);
      writer.add(1, CellFormat.TEXT, COLUMNS, small);
      index = writer.finish();
    }

    assertThat(index).extracting(ChunkRef::rows).containsExactly(1, 1);
    assertThat(rowsOf(readAll(upload, key, index), 1)).containsExactly(large, small);
  }

  @Test
  void allChunksOfAnUploadShareAPartition() throws Exception {
    topic = newTopic(6);

    assertThat(write(upload, key, 30))
        .extracting(ChunkRef::partition)
        .containsOnly(write(upload, DataKey.random(), 1).get(0).partition());
  }

  @Test
  void twoUploadsInOnePartitionDoNotMix() {
    UUID other = UUID.randomUUID();
    DataKey otherKey = DataKey.random();
    List<RawRow> mine = rows(1, 20);
    List<RawRow> theirs = rows(9, 20);
    List<ChunkRef> index;
    List<ChunkRef> otherIndex;
    try (ChunkWriter writer = log.begin(upload, key);
        ChunkWriter otherWriter = log.begin(other, otherKey)) {
      for (int i = 0; i < 20; i++) {
        writer.add(1, CellFormat.TEXT, COLUMNS, mine.get(i));
        otherWriter.add(1, CellFormat.TEXT, COLUMNS, theirs.get(i));
      }
      index = writer.finish();
      otherIndex = otherWriter.finish();
    }

    assertThat(index.get(6).offset() - index.get(0).offset()).isGreaterThan(6);
    assertThat(rowsOf(readAll(upload, key, index), 1)).isEqualTo(mine);
    assertThat(rowsOf(readAll(other, otherKey, otherIndex), 1)).isEqualTo(theirs);
  }

  @Test
  void aReaderStartsAnywhereAndGoesBack() {
    List<ChunkRef> index = write(upload, key, 30);
    try (ChunkReader reader = log.reader(upload, key)) {
      for (int number : new int[] {7, 8, 2, 9, 0, 9, 9}) {
        Chunk chunk = reader.read(index.get(number));
        assertThat(chunk.rows().get(0).rowNumber()).isEqualTo(2 + number * CHUNK_ROWS);
      }
    }
  }

  @Test
  void manyRecordsOfOthersBetweenTwoChunksAreSeekedOver() {
    List<ChunkRef> begin = write(upload, key, 3);
    write(UUID.randomUUID(), DataKey.random(), 300);
    List<ChunkRef> end = write(upload, key, 3);

    try (ChunkReader reader = log.reader(upload, key)) {
      assertThat(reader.read(begin.get(0)).rows()).hasSize(3);
      assertThat(reader.read(end.get(0)).rows()).hasSize(3);
    }
  }

  @Test
  void readersShareConsumersButNeverAtTheSameTime() {
    List<ChunkRef> index = write(upload, key, 6);
    ChunkReader first = log.reader(upload, key);
    first.read(index.get(0));
    first.close();
    first.close();

    // Closed twice must not mean given back twice: two readers would move one position.
    try (ChunkReader one = log.reader(upload, key);
        ChunkReader two = log.reader(upload, key)) {
      assertThat(one.read(index.get(0)).rows().get(0).rowNumber()).isEqualTo(2);
      assertThat(two.read(index.get(1)).rows().get(0).rowNumber()).isEqualTo(5);
      assertThat(one.read(index.get(1)).rows().get(0).rowNumber()).isEqualTo(5);
    }
  }

  @Test
  void deletedRecordsAreExpiredNeverOtherRows() throws Exception {
    List<ChunkRef> index = write(upload, key, 15);
    try (ChunkReader already = log.reader(upload, key)) {
      assertThat(already.read(index.get(0)).rows()).hasSize(3);
      deleteBefore(index.get(3).offset());

      try (ChunkReader fresh = log.reader(upload, key)) {
        for (int number = 0; number < 3; number++) {
          ChunkRef gone = index.get(number);
          assertThatThrownBy(() -> fresh.read(gone)).isInstanceOf(RowsExpiredException.class);
        }
        assertThat(fresh.read(index.get(3)).rows().get(0).rowNumber()).isEqualTo(11);
      }
      // One that is on its way may have the record in memory; anything else is an error.
      try {
        assertThat(already.read(index.get(1)).rows().get(0).rowNumber()).isEqualTo(5);
      } catch (RowsExpiredException gone) {
        assertThat(gone).hasMessageContaining(upload.toString());
      }
    }
  }

  @Test
  void everythingDeletedIsExpired() throws Exception {
    List<ChunkRef> index = write(upload, key, 6);
    deleteBefore(-1);

    try (ChunkReader reader = log.reader(upload, key)) {
      assertThatThrownBy(() -> reader.read(index.get(1))).isInstanceOf(RowsExpiredException.class);
    }
  }

  @Test
  void anOffsetAtOrBeyondTheEndIsExpired() {
    List<ChunkRef> index = write(upload, key, 3);
    long end = index.get(0).offset() + 1;
    try (ChunkReader reader = log.reader(upload, key)) {
      assertThatThrownBy(() -> reader.read(at(end))).isInstanceOf(RowsExpiredException.class);
      assertThatThrownBy(() -> reader.read(at(end + 1000)))
          .isInstanceOf(RowsExpiredException.class);
      // The same when the reader stands just before the end, where it need not seek.
      assertThat(reader.read(index.get(0)).rows()).hasSize(3);
      assertThatThrownBy(() -> reader.read(at(end))).isInstanceOf(RowsExpiredException.class);
    }
  }

  @Test
  void aRecordOfSomebodyElseIsUnreadable() {
    List<ChunkRef> theirs = write(UUID.randomUUID(), DataKey.random(), 3);
    try (ChunkReader reader = log.reader(upload, key)) {
      assertThatThrownBy(() -> reader.read(theirs.get(0)))
          .isInstanceOf(UnreadableChunkException.class);
    }
  }

  @Test
  void whatIsUnreadableSaysWhichRecordItIs() {
    ChunkRef theirs = write(UUID.randomUUID(), DataKey.random(), 3).get(0);
    try (ChunkReader reader = log.reader(upload, key)) {
      assertThatThrownBy(() -> reader.read(theirs))
          .isInstanceOfSatisfying(
              UnreadableChunkException.class,
              unreadable -> {
                ConsumerRecord<byte[], byte[]> source = unreadable.source().orElseThrow();
                assertThat(source.topic()).isEqualTo(topic);
                assertThat(source.offset()).isEqualTo(theirs.offset());
                assertThat(source.value()).isNotEmpty();
              });
    }
  }

  /** Asking again would give the same answer for ever: the disk is not away, it is broken. */
  @Test
  void aRecordThatTheDiskChangedIsUnreadableAndNotAnOutage() throws Exception {
    ChunkRef damaged = write(upload, key, 3).get(0);
    changeLastByte(segment());
    try (ChunkReader reader = log.reader(upload, key)) {
      assertThatThrownBy(() -> reader.read(damaged))
          .isInstanceOfSatisfying(
              UnreadableChunkException.class,
              unreadable ->
                  assertThat(unreadable.source().orElseThrow().offset())
                      .isEqualTo(damaged.offset()));
    }
  }

  /** The file in which the broker keeps the only partition of the topic. */
  private Path segment() throws IOException {
    try (Stream<Path> brokers = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return brokers
          .filter(directory -> directory.getFileName().toString().startsWith("rowledger-kafka-"))
          .map(directory -> directory.resolve(topic + "-0").resolve("00000000000000000000.log"))
          .filter(Files::exists)
          .findFirst()
          .orElseThrow();
    }
  }

  private static void changeLastByte(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long last = bytes.length() - 1;
      bytes.seek(last);
      int old = bytes.read();
      bytes.seek(last);
      bytes.write(old ^ 1);
    }
  }

  @Test
  void aTopicThatIsNotThereIsUnavailable() {
    topic = "no-such-topic-" + UUID.randomUUID();
    assertThatThrownBy(() -> log.begin(upload, key))
        .isInstanceOf(ChunkLogUnavailableException.class);
    try (ChunkReader reader = log.reader(upload, key)) {
      assertThatThrownBy(() -> reader.read(at(0))).isInstanceOf(ChunkLogUnavailableException.class);
    }
  }

  @Test
  void withoutABrokerWritersAndReadersSaySoInTimeAndWorkAgainLater() {
    List<ChunkRef> before = write(upload, key, 6);
    ChunkReader running = log.reader(upload, key);
    running.read(before.get(0));
    try (ChunkWriter halfway = log.begin(UUID.randomUUID(), DataKey.random())) {
      halfway.add(1, CellFormat.TEXT, COLUMNS, RawRow.of(2, List.of("x")));
      TestKafka.broker().stop();

      assertUnavailableInTime(halfway::finish);
      assertUnavailableInTime(() -> write(UUID.randomUUID(), DataKey.random(), 6));
      ChunkLog fresh = newLog();
      assertUnavailableInTime(() -> fresh.begin(UUID.randomUUID(), DataKey.random()));
      fresh.close();
      assertUnavailableInTime(
          () -> {
            try (ChunkReader reader = log.reader(upload, key)) {
              reader.read(before.get(0));
            }
          });
    } finally {
      TestKafka.broker().resume();
    }

    List<ChunkRef> after = write(upload, key, 6);
    assertThat(rowsOf(readAll(upload, key, after), 1)).isEqualTo(rows(1, 6));
    assertThat(rowsOf(readAll(upload, key, before), 1)).isEqualTo(rows(1, 6));
    assertThat(running.read(before.get(1)).rows()).hasSize(3);
    running.close();
  }

  /**
   * The reader had read ahead when its look at the log's ends failed. What it then drops from
   * memory must not look like rows that expired.
   */
  @Test
  void anOutageDuringASeekIsNeverTakenForExpiry() {
    List<ChunkRef> index = write(upload, key, 30);
    try (ChunkReader reader = log.reader(upload, key)) {
      reader.read(index.get(3));
      TestKafka.broker().stop();
      assertThatThrownBy(() -> reader.read(index.get(0)))
          .isInstanceOf(ChunkLogUnavailableException.class);
      TestKafka.broker().resume();

      assertThat(reader.read(index.get(4)).rows().get(0).rowNumber()).isEqualTo(14);
    }
  }

  private static void assertUnavailableInTime(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    long start = System.nanoTime();
    assertThatThrownBy(call).isInstanceOf(ChunkLogUnavailableException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
  }

  private List<ChunkRef> write(UUID uploadId, DataKey dataKey, int rowCount) {
    try (ChunkWriter writer = log.begin(uploadId, dataKey)) {
      rows(1, rowCount).forEach(row -> writer.add(1, CellFormat.TEXT, COLUMNS, row));
      return writer.finish();
    }
  }

  private List<Chunk> readAll(UUID uploadId, DataKey dataKey, List<ChunkRef> index) {
    try (ChunkReader reader = log.reader(uploadId, dataKey)) {
      return index.stream().map(reader::read).toList();
    }
  }

  private static List<RawRow> rowsOf(List<Chunk> chunks, int file) {
    return chunks.stream()
        .filter(chunk -> chunk.fileNumber() == file)
        .flatMap(chunk -> chunk.rows().stream())
        .toList();
  }

  private static List<RawRow> rows(int seed, int count) {
    List<RawRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(RawRow.of(i + 2, List.of("row " + i, "of " + seed)));
    }
    return rows;
  }

  private static ChunkRef at(long offset) {
    return new ChunkRef(0, 1, 2, 3, 0, offset);
  }

  private void deleteBefore(long offset) throws Exception {
    try (Admin admin = Admin.create(TestKafka.settings())) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
  }

  private static String newTopic(int partitions) throws Exception {
    String name = "rows-" + UUID.randomUUID();
    try (Admin admin = Admin.create(TestKafka.settings())) {
      admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    }
    return name;
  }

  private ChunkLog newLog() {
    return new ChunkLog(
        TestKafka.settings(),
        new ChunkLogConfig() {
          @Override
          public String topic() {
            return topic;
          }

          @Override
          public int maxChunkRows() {
            return CHUNK_ROWS;
          }

          @Override
          public int maxChunkBytes() {
            return 2_000;
          }

          @Override
          public Duration sendTimeout() {
            return Duration.ofSeconds(2);
          }

          @Override
          public Duration metadataTimeout() {
            return Duration.ofSeconds(1);
          }

          @Override
          public Duration readTimeout() {
            return Duration.ofSeconds(1);
          }

          @Override
          public boolean warmUp() {
            return false;
          }
        },
        new SimpleMeterRegistry());
  }
}
