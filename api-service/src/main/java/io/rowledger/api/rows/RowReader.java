package io.rowledger.api.rows;

import io.rowledger.core.chunk.Chunk;
import io.rowledger.core.chunk.ChunkReader;
import io.rowledger.core.chunk.ChunkRef;
import io.rowledger.core.chunk.RowsExpiredException;
import io.rowledger.core.chunk.UnreadableChunkException;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.RowResult;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.row.RowRef;
import io.rowledger.core.sql.Database;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one job with their outcomes, a chunk at a time: neither memory nor the time a
 * transaction is open grows with the job. For one thread; close it.
 */
public final class RowReader implements AutoCloseable {

  /** Takes rows in the order of the upload. */
  @FunctionalInterface
  public interface Sink {

    /**
     * Takes one row.
     *
     * @param chunk where it lies: its file, format and columns
     * @param result failure or skip; null when the row has neither
     */
    void take(Chunk chunk, RawRow row, RowOutcome outcome, @Nullable RowResult result);
  }

  private final Database database;
  private final RowResultRepository results;
  private final ChunkReader reader;
  private final List<ChunkRef> chunks;
  private final JobView job;
  private final int processed;

  RowReader(
      Database database,
      RowResultRepository results,
      ChunkReader reader,
      List<ChunkRef> chunks,
      JobView job) {
    this.database = database;
    this.results = results;
    this.reader = reader;
    this.chunks = chunks;
    this.job = job;
    this.processed = RowOutcome.processed(job.counts());
  }

  /**
   * The columns of a file in its order; a JSON file may have shown new ones up to its end. Empty
   * when the job has no row of it.
   *
   * @throws io.rowledger.api.problem.ProblemException ROWS_EXPIRED
   */
  public List<String> columns(int fileNumber) {
    List<ChunkRef> ofFile = chunks.stream().filter(c -> c.fileNumber() == fileNumber).toList();
    return ofFile.isEmpty() ? List.of() : read(ofFile.get(ofFile.size() - 1)).columns();
  }

  /** The oldest rows go first, but a chunk can also be lost: both ends say most for little. */
  void probe() {
    read(chunks.get(0));
    if (chunks.size() > 1) {
      read(chunks.get(chunks.size() - 1));
    }
  }

  /**
   * Delivers the rows that have one of some outcomes.
   *
   * @param files which files
   * @throws io.rowledger.api.problem.ProblemException ROWS_EXPIRED, maybe after some rows
   */
  public void read(Predicate<Integer> files, Set<RowOutcome> wanted, Sink sink) {
    int position = 0;
    for (ChunkRef ref : chunks) {
      if (files.test(ref.fileNumber())) {
        Map<Integer, RowResult> found = results(ref);
        if (mayHold(ref, position, found, wanted)) {
          deliver(read(ref), position, found, wanted, sink);
        }
      }
      position += ref.rows();
    }
  }

  private void deliver(
      Chunk chunk, int first, Map<Integer, RowResult> found, Set<RowOutcome> wanted, Sink sink) {
    int position = first;
    for (RawRow row : chunk.rows()) {
      RowResult result = found.get(row.rowNumber());
      RowOutcome outcome = RowOutcome.of(position++, processed, result);
      if (wanted.contains(outcome)) {
        sink.take(chunk, row, outcome, result);
      }
    }
  }

  /** False when the chunk need not be fetched. */
  private boolean mayHold(
      ChunkRef ref, int position, Map<Integer, RowResult> found, Set<RowOutcome> wanted) {
    boolean all = found.size() == ref.rows();
    int failed = (int) found.values().stream().filter(RowResult::failed).count();
    return wanted.stream()
        .anyMatch(
            outcome ->
                switch (outcome) {
                  case SUCCEEDED -> !all && position < processed;
                  case UNPROCESSED -> !all && position + ref.rows() > processed;
                  case FAILED -> failed > 0;
                  case SKIPPED -> failed < found.size();
                });
  }

  /** By row number; numbers rise within a file. */
  private Map<Integer, RowResult> results(ChunkRef ref) {
    int next = ref.number() + 1;
    boolean last = next == chunks.size() || chunks.get(next).fileNumber() != ref.fileNumber();
    RowRef end =
        new RowRef(ref.fileNumber(), last ? Integer.MAX_VALUE : chunks.get(next).firstRow() - 1);
    Map<Integer, RowResult> found = new HashMap<>();
    database
        .transaction(
            job.organization(),
            tx ->
                results.between(
                    tx,
                    job.organization(),
                    job.id(),
                    new RowRef(ref.fileNumber(), ref.firstRow()),
                    end))
        .forEach(result -> found.put(result.ref().rowNumber(), result));
    return found;
  }

  private Chunk read(ChunkRef ref) {
    try {
      return reader.read(ref);
    } catch (RowsExpiredException | UnreadableChunkException gone) {
      throw JobRows.expired();
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
