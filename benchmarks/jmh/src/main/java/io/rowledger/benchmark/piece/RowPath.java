package io.rowledger.benchmark.piece;

import io.rowledger.api.format.FormatConfig;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.api.format.ReadBudget;
import io.rowledger.api.format.RowSource;
import io.rowledger.api.format.RowSources;
import io.rowledger.core.chunk.Chunk;
import io.rowledger.core.chunk.SealedChunks;
import io.rowledger.core.mapping.Mapping;
import io.rowledger.core.mapping.MappingTarget;
import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowParser;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.core.transaction.TransactionRecord;
import io.rowledger.core.transaction.TransactionRows;
import io.rowledger.worker.target.CopyRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Figures are for one row; each call takes a chunk of transactions. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(RowPath.ROWS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RowPath {

  static final int ROWS = 2000;

  /** Columns of the table {@code transactions} that are written. */
  private static final int COLUMNS = 31;

  /** Those that such a row leaves empty. */
  private static final int EMPTY = 18;

  private static final String HEADER =
      "external_id,type,amount,currency,status,description,transacted_at,channel\n";

  private final UUID organization = UUID.randomUUID();
  private final UUID job = UUID.randomUUID();
  private Path file = Path.of("");
  private List<String> columns = List.of();
  private List<RawRow> rows = List.of();
  private byte[] sealed = {};
  private SealedChunks chunks = SealedChunks.ofNewUpload();
  private RowParser<TransactionRecord> parser = row -> null;
  private List<TransactionRecord> records = List.of();

  @Setup
  public void prepare() throws IOException {
    file = Files.createTempFile("rowledger-benchmark", ".csv");
    StringBuilder csv = new StringBuilder(HEADER);
    for (int row = 1; row <= ROWS; row++) {
      csv.append(
          "clean-%09d,PAYMENT,%d.50,USD,SUCCESSFUL,Invoice %d,2026-03-%02dT10:20:30Z,web\n"
              .formatted(row, row * 37, row * 1001, 1 + row % 28));
    }
    Files.writeString(file, csv, StandardCharsets.UTF_8);
    rows = split();
    sealed = chunks.seal(columns, rows);
    parser =
        TransactionRows.parser(
            Mapping.platform(MappingTarget.TRANSACTION).bind(columns), Instant.EPOCH);
    records = rows.stream().map(this::record).toList();
  }

  @TearDown
  public void remove() throws IOException {
    Files.deleteIfExists(file);
  }

  /** Digest, encoding, delimiter and rows of a file, as an upload is read. */
  @Benchmark
  public List<RawRow> csv() {
    return split();
  }

  /** What the api-service sends. */
  @Benchmark
  public byte[] seal() {
    return SealedChunks.ofNewUpload().seal(columns, rows);
  }

  /** What the worker makes of it. */
  @Benchmark
  public Chunk open() {
    return chunks.open(sealed);
  }

  /** From cells to a record that may be written. */
  @Benchmark
  public void validate(Blackhole sink) {
    for (RawRow row : rows) {
      sink.consume(parser.parse(row));
    }
  }

  /** The bytes of a binary COPY, in the order of the worker's columns. */
  @Benchmark
  public CopyRows encode() {
    CopyRows copy = new CopyRows("transactions", Collections.nCopies(COLUMNS, "any"), ROWS);
    int number = 1;
    for (TransactionRecord record : records) {
      copy.beginRow();
      copy.uuid(UuidV7.next());
      copy.uuid(organization);
      copy.uuid(job);
      copy.integer(1);
      copy.integer(++number);
      copy.text(record.externalId());
      copy.text(record.type());
      copy.numeric(record.amount());
      copy.text(record.currency());
      copy.text(record.status());
      copy.text(record.description());
      copy.timestamp(record.transactedAt());
      copy.text(record.channel());
      for (int empty = 0; empty < EMPTY; empty++) {
        copy.text(null);
      }
    }
    return copy;
  }

  private List<RawRow> split() {
    List<RawRow> read = new ArrayList<>(ROWS);
    try (RowSource source =
        RowSources.open(
            file, "rows.csv", FormatOptions.NONE, new ReadBudget(new Defaults(), Long.MAX_VALUE))) {
      columns = List.copyOf(source.columns());
      for (RawRow row = source.next(); row != null; row = source.next()) {
        read.add(row);
      }
    }
    return read;
  }

  private TransactionRecord record(RawRow row) {
    if (parser.parse(row) instanceof Checked.Valid<TransactionRecord> valid) {
      return valid.record();
    }
    throw new IllegalStateException("a row of the benchmark is refused");
  }

  /** Of files that are not packed and no workbooks, none of it is asked for. */
  private static final class Defaults implements FormatConfig {

    @Override
    public int maxInflationRatio() {
      return 200;
    }

    @Override
    public long inflationRatioFrom() {
      return Long.MAX_VALUE;
    }

    @Override
    public Workbook workbook() {
      throw new UnsupportedOperationException();
    }
  }
}
