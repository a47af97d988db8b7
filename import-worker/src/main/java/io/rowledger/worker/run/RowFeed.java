package io.rowledger.worker.run;

import io.opentelemetry.context.Context;
import io.rowledger.core.chunk.Chunk;
import io.rowledger.core.chunk.ChunkReader;
import io.rowledger.core.chunk.ChunkRef;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.Checked;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowParser;
import io.rowledger.core.row.RowRef;
import io.rowledger.worker.target.Row;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the chunks of a job as checked rows, a transaction's worth at a time. The next ones are
 * read, opened and validated on a thread of their own while the current one is written.
 *
 * <p>After a failed try the first chunks come one by one and nothing is read ahead: what is good
 * before the place of the failure is committed, and the checkpoint stops right at that place.
 */
final class RowFeed<R> implements AutoCloseable {

  /** Rows of whole chunks: {@code fromChunk} inclusive, {@code toChunk} exclusive. */
  record Group<R>(int fromChunk, int toChunk, List<Row<R>> rows) {}

  private record Item<R>(@Nullable Group<R> group, @Nullable Throwable failure) {}

  /** Comes behind the name of the runner's thread. */
  static final String AHEAD_SUFFIX = "-read";

  /** Ready groups in memory besides the one being read and the one being written. */
  private static final int AHEAD = 1;

  /** Groups a runner has in work at a time: two written, ready and read. */
  private static final int IN_WORK = AHEAD + 3;

  private final ChunkReader reader;
  private final BiFunction<List<String>, CellFormat, RowParser<R>> parserFor;
  private final Iterator<List<ChunkRef>> groups;
  private final BlockingQueue<Item<R>> ready = new ArrayBlockingQueue<>(AHEAD);
  private final boolean readsAhead;
  private final JobMeters meters;
  private final RunSpans spans;
  private int oneByOne;
  private @Nullable Thread ahead;
  private List<String> columns = List.of();
  private CellFormat parserFormat = CellFormat.TEXT;
  private @Nullable RowParser<R> parser;

  RowFeed(
      ChunkReader reader,
      BiFunction<List<String>, CellFormat, RowParser<R>> parserFor,
      List<ChunkRef> chunks,
      WorkerConfig config,
      boolean careful,
      JobMeters meters,
      RunSpans spans) {
    this.reader = reader;
    this.parserFor = parserFor;
    this.meters = meters;
    this.spans = spans;
    // Any of these may have been in work when the last try failed.
    oneByOne = careful ? Math.min(chunks.size(), IN_WORK * config.transactionChunks()) : 0;
    List<List<ChunkRef>> all = new ArrayList<>();
    chunks.subList(0, oneByOne).forEach(chunk -> all.add(List.of(chunk)));
    List<List<ChunkRef>> rest =
        group(
            chunks.subList(oneByOne, chunks.size()),
            config.transactionRows(),
            config.transactionChunks());
    all.addAll(rest);
    this.groups = all.iterator();
    // A small job is done before a thread would have started.
    readsAhead = rest.size() > 1;
  }

  /** The next rows; null when there are no more. Failures of reading are thrown here. */
  @Nullable Group<R> next() {
    if (oneByOne > 0 || !readsAhead) {
      oneByOne--;
      return groups.hasNext() ? read(groups.next()) : null;
    }
    if (ahead == null) {
      ahead =
          new Thread(
              Context.current().wrap(this::readAhead),
              Thread.currentThread().getName() + AHEAD_SUFFIX);
      ahead.setDaemon(true);
      ahead.start();
    }
    try {
      Item<R> item = ready.take();
      if (item.failure() instanceof Error error) {
        throw error;
      }
      if (item.failure() instanceof RuntimeException failure) {
        throw failure;
      }
      return item.group();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for rows", e);
    }
  }

  private void readAhead() {
    try {
      try {
        while (groups.hasNext()) {
          ready.put(new Item<>(read(groups.next()), null));
        }
        ready.put(new Item<>(null, null));
      } catch (RuntimeException | Error e) {
        // An Error as well: nobody else would ever tell the runner, which waits for rows.
        ready.put(new Item<>(null, e));
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private Group<R> read(List<ChunkRef> refs) {
    int from = refs.get(0).number();
    int to = refs.get(refs.size() - 1).number() + 1;
    return spans.chunks(
        "chunks read", from, to, () -> new Group<>(from, to, readAndValidate(refs)));
  }

  private List<Row<R>> readAndValidate(List<ChunkRef> refs) {
    long begin = System.nanoTime();
    long reading = 0;
    List<Row<R>> rows = new ArrayList<>();
    for (ChunkRef ref : refs) {
      long asked = System.nanoTime();
      Chunk chunk = reader.read(ref);
      reading += System.nanoTime() - asked;
      RowParser<R> parser = parser(chunk.columns(), chunk.format());
      for (RawRow raw : chunk.rows()) {
        RowRef row = new RowRef(chunk.fileNumber(), raw.rowNumber());
        rows.add(new Row<>(row, chunk.columns(), raw, parse(parser, row, raw)));
      }
    }
    meters.took(Stage.READ, reading);
    meters.took(Stage.VALIDATE, System.nanoTime() - begin - reading);
    return rows;
  }

  private static <R> Checked<R> parse(RowParser<R> parser, RowRef row, RawRow raw) {
    try {
      return parser.parse(raw);
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      throw new PoisonRowException(row, e);
    }
  }

  private RowParser<R> parser(List<String> of, CellFormat format) {
    if (parser == null || parserFormat != format || !columns.equals(of)) {
      columns = of;
      parserFormat = format;
      parser = parserFor.apply(of, format);
    }
    return parser;
  }

  private static List<List<ChunkRef>> group(List<ChunkRef> chunks, int mostRows, int mostChunks) {
    List<List<ChunkRef>> groups = new ArrayList<>();
    List<ChunkRef> current = new ArrayList<>();
    int rows = 0;
    for (ChunkRef chunk : chunks) {
      boolean full = rows + chunk.rows() > mostRows || current.size() >= mostChunks;
      if (full && !current.isEmpty()) {
        groups.add(current);
        current = new ArrayList<>();
        rows = 0;
      }
      current.add(chunk);
      rows += chunk.rows();
    }
    if (!current.isEmpty()) {
      groups.add(current);
    }
    return groups;
  }

  @Override
  public void close() {
    if (ahead != null) {
      ahead.interrupt();
      try {
        // The reader may be used by one thread only: wait until the other one is out of it.
        ahead.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (ahead.isAlive()) {
        // Stuck in a row. What it reads with is lost with it: given back, two would read with it.
        return;
      }
    }
    reader.close();
  }
}
