package io.rowledger.api.upload;

import io.rowledger.api.intake.Admission;
import io.rowledger.api.intake.AnnouncedSize;
import io.rowledger.api.intake.Spool;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.tenant.TenantLimits;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Puts a JSON body into files: first the body as it comes, then each of its arrays as a file of its
 * own, which is imported as every other file is. Where uploads are spooled, with the same quota.
 */
@ApplicationScoped
class BatchSpool {

  private static final Logger LOG = Logger.getLogger(BatchSpool.class);

  /** What a body may have beyond the organisation's bytes of rows: the members around them. */
  private static final long AROUND_THE_ROWS = 2 << 20;

  private final Path directory;
  private final HttpHeaders headers;
  private final Admission admission;

  BatchSpool(Spool spool, HttpHeaders headers, Admission admission) {
    this.directory = spool.directory();
    this.headers = headers;
    this.admission = admission;
  }

  /**
   * A body in files; closing it removes them.
   *
   * @param files one for each source of the body
   * @param gone told when they are removed
   */
  record Spooled(Path directory, BatchBody body, List<UploadedFile> files, Runnable gone)
      implements AutoCloseable {
    @Override
    public void close() {
      remove(directory);
      gone.run();
    }
  }

  /**
   * Spools the body of this request.
   *
   * @param most bytes that the route takes
   * @param read finds the arrays in the file
   * @param fileName of a source that has none, by its number from 1
   * @throws ProblemException FILE_TOO_LARGE, or what {@code read} throws
   */
  Spooled spool(
      InputStream in,
      long most,
      TenantLimits limits,
      Function<Path, BatchBody> read,
      Function<Integer, String> fileName) {
    long limit = Math.min(most, limits.maxBytes() + AROUND_THE_ROWS);
    refuseAnnounced(limit);
    try {
      Files.createDirectories(directory);
      Path own = Files.createTempDirectory(directory, "body-");
      try {
        Path whole = own.resolve("body.json");
        copy(in, whole, limit);
        BatchBody body = read.apply(whole);
        List<UploadedFile> files = cut(whole, body, own, fileName);
        Files.delete(whole);
        // Who waits for the outcome must not keep others from sending.
        return new Spooled(own, body, files, admission::end);
      } catch (IOException | RuntimeException | Error e) {
        remove(own);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Before a byte of it is read. */
  private void refuseAnnounced(long limit) {
    if (AnnouncedSize.of(headers.getHeaderString(HttpHeaders.CONTENT_LENGTH)) > limit) {
      throw tooLarge(limit);
    }
  }

  private static void copy(InputStream in, Path file, long limit) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    long bytes = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      int count;
      while ((count = in.read(buffer)) >= 0) {
        bytes += count;
        if (bytes > limit) {
          throw tooLarge(limit);
        }
        out.write(buffer, 0, count);
      }
    }
  }

  /** Each array as a file of its own. */
  private static List<UploadedFile> cut(
      Path whole, BatchBody body, Path directory, Function<Integer, String> fileName)
      throws IOException {
    List<UploadedFile> files = new ArrayList<>();
    long position = 0;
    try (Reader in = BatchBodyReader.open(whole)) {
      for (BatchBody.Source source : body.sources()) {
        int number = files.size() + 1;
        String name = source.fileName() == null ? fileName.apply(number) : source.fileName();
        Path file = directory.resolve(number + ".json");
        while (position < source.start()) {
          position += in.skip(source.start() - position);
        }
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
          char[] buffer = new char[32 * 1024];
          while (position < source.end()) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, source.end() - position));
            out.write(buffer, 0, count);
            position += count;
          }
        }
        files.add(new UploadedFile(file, name, Files.size(file), true));
      }
    }
    return files;
  }

  private static ProblemException tooLarge(long limit) {
    return new ProblemException(
        Problem.FILE_TOO_LARGE,
        "The body may have %d bytes here. Split it, or send the rows as files.".formatted(limit));
  }

  private static void remove(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      LOG.warnf("The spooled body %s stays behind: %s", directory, e.getMessage());
    }
  }
}
