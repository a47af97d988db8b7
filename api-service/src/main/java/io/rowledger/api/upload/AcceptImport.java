package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.rowledger.api.format.FormatConfig;
import io.rowledger.api.format.FormatOptions;
import io.rowledger.api.format.ReadBudget;
import io.rowledger.api.format.RowSource;
import io.rowledger.api.idempotency.Idempotency.Answer;
import io.rowledger.api.idempotency.IdempotencyKey;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.problem.ProblemException.Detail;
import io.rowledger.api.tenant.TenantLimits;
import io.rowledger.core.chunk.ChunkCodec;
import io.rowledger.core.chunk.ChunkLog;
import io.rowledger.core.chunk.ChunkRef;
import io.rowledger.core.chunk.ChunkWriter;
import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.NewJob;
import io.rowledger.core.mapping.BoundMapping;
import io.rowledger.core.mapping.MissingColumn;
import io.rowledger.core.mapping.UnknownColumns;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.trace.Spans;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Accepts an upload. The files are read once, and their rows go to Kafka while they are read; a
 * file that turns out to be wrong leaves records that nobody can ever read, because their key was
 * never stored (ADR: read once).
 */
@ApplicationScoped
class AcceptImport {

  /** As many as a file's interpretation has. */
  private static final int SAMPLES = 3;

  private final ChunkLog log;
  private final SubmitImport submit;
  private final InstantSource clock;
  private final FormatConfig formats;
  private final Tracer tracer;

  AcceptImport(
      ChunkLog log, SubmitImport submit, InstantSource clock, FormatConfig formats, Tracer tracer) {
    this.log = log;
    this.submit = submit;
    this.clock = clock;
    this.formats = formats;
    this.tracer = tracer;
  }

  /**
   * Returns when every row is acknowledged by Kafka and the job is committed.
   *
   * @param createdBy key name or token subject
   * @param idempotencyKey null when the request has none
   * @throws ProblemException when the request or a file is refused; then there is no job
   */
  Answer accept(
      OrgId organization,
      TenantLimits limits,
      String createdBy,
      ImportRequest request,
      @Nullable IdempotencyKey idempotencyKey) {
    // First of all: what was accepted once is not refused because a limit was reached since.
    if (submit.isUsedOrMayBegin(
            organization,
            idempotencyKey,
            request.kind(),
            request.common().lineage(),
            limits.maxOpenJobs())
        && idempotencyKey != null) {
      Optional<Answer> before = replay(request, limits, idempotencyKey);
      if (before.isPresent()) {
        return before.get();
      }
    }
    RowChecks checks = new RowChecks(request);
    checkSize(request.files(), limits);
    UUID uploadId = UuidV7.next();
    DataKey key = DataKey.random();
    ReadBudget budget = new ReadBudget(formats, limits.maxBytes());
    List<FileReading> files = new ArrayList<>();
    List<ChunkRef> chunks =
        Spans.within(
            tracer.spanBuilder("rows send").setSpanKind(SpanKind.PRODUCER).startSpan(),
            () -> {
              try (ChunkWriter writer = log.begin(uploadId, key)) {
                for (int i = 0; i < request.files().size(); i++) {
                  files.add(send(writer, i + 1, request, limits, checks, budget));
                }
                checks.finish(digests(files));
                return writer.finish();
              }
            });
    Answer answer =
        submit.submit(
            job(organization, uploadId, createdBy, request, files, chunks),
            new SubmitImport.Upload(
                key,
                interpretation(files).toString(),
                clock.instant().plus(Duration.ofDays(limits.retentionDays())),
                chunks,
                limits.maxOpenJobs()),
            new SubmitImport.Keyed(
                idempotencyKey,
                RequestDigest.of(request, digests(files)),
                job -> AcceptedBody.of(job, request, files)));
    return withSamples(answer, files.stream().map(FileReading::samples).toList());
  }

  /** The stored answer; sample rows are not stored and read again from what was sent again. */
  private Optional<Answer> replay(ImportRequest request, TenantLimits limits, IdempotencyKey key) {
    String digest =
        RequestDigest.of(request, request.files().stream().map(UploadedFile::sha256).toList());
    ReadBudget budget = new ReadBudget(formats, limits.maxBytes());
    return submit
        .replay(key, digest)
        .map(
            answer ->
                withSamples(
                    answer,
                    request.files().stream()
                        .map(file -> firstRows(file, request.format(), budget))
                        .toList()));
  }

  private static ArrayNode firstRows(UploadedFile file, FormatOptions format, ReadBudget budget) {
    try (RowSource source = file.open(format, budget)) {
      while (source.sampleRows().size() < SAMPLES && source.next() != null) {
        // Rows that cannot be read are no samples.
      }
      return FileReading.samples(source.sampleRows());
    }
  }

  private static Answer withSamples(Answer answer, List<ArrayNode> samples) {
    return new Answer(
        answer.job(), AcceptedBody.withSamples(answer.body(), samples), answer.replayed());
  }

  private static List<String> digests(List<FileReading> files) {
    return files.stream().map(reading -> reading.file().sha256()).toList();
  }

  static void checkSize(List<UploadedFile> files, TenantLimits limits) {
    long bytes = files.stream().mapToLong(UploadedFile::size).sum();
    if (bytes > limits.maxBytes()) {
      throw new ProblemException(
          Problem.FILE_TOO_LARGE,
          "The files have %d bytes; this organisation may send %d in one request."
              .formatted(bytes, limits.maxBytes()));
    }
  }

  private static FileReading send(
      ChunkWriter writer,
      int fileNumber,
      ImportRequest request,
      TenantLimits limits,
      RowChecks checks,
      ReadBudget budget) {
    UploadedFile file = request.files().get(fileNumber - 1);
    try (RowSource source = file.open(request.format(), budget)) {
      CellFormat format = source.cellFormat();
      if (format == CellFormat.TEXT) {
        BoundMapping bound = request.mapping().bind(source.columns(), format);
        checkColumns(bound, file, request);
        checkUnknownColumns(bound, file);
      }
      RowChecks.OfFile check = checks.begin(source.interpretation().fileName(), source, format);
      int rows = 0;
      for (RawRow row = source.next(); row != null; row = source.next()) {
        // Counts on to the end, so that the refusal can say how many there are.
        if (++rows <= limits.maxRowsPerFile()) {
          check.row(row);
          writer.add(fileNumber, format, source.columns(), row);
        }
      }
      if (rows > limits.maxRowsPerFile()) {
        throw new ProblemException(
            Problem.TOO_MANY_ITEMS,
            "The file %s has %d rows; this organisation may send %d in one file."
                .formatted(file.name(), rows, limits.maxRowsPerFile()));
      }
      BoundMapping bound = request.mapping().bind(source.columns(), format);
      // The keys of JSON are known at its end.
      checkUnknownColumns(bound, file);
      return FileReading.of(source, bound, request.warnings());
    }
  }

  private static void checkColumns(BoundMapping bound, UploadedFile file, ImportRequest request) {
    List<MissingColumn> missing = bound.missingColumns(request.requiredFields());
    if (!missing.isEmpty()) {
      throw new ProblemException(
          Problem.MISSING_COLUMNS,
          "The file %s lacks %d columns: %s."
              .formatted(
                  file.name(),
                  missing.size(),
                  String.join(", ", missing.stream().map(MissingColumn::column).toList())),
          missing.stream().map(AcceptImport::missing).toList());
    }
  }

  private static void checkUnknownColumns(BoundMapping bound, UploadedFile file) {
    if (bound.unknownColumnsPolicy() == UnknownColumns.REJECT
        && !bound.unknownColumns().isEmpty()) {
      throw new ProblemException(
          Problem.VALIDATION_ERROR,
          "The file %s has columns that the mapping does not name, and unknownColumns is reject."
              .formatted(file.name()),
          bound.unknownColumns().stream()
              .map(column -> new Detail(column, "The mapping does not name this column."))
              .toList());
    }
  }

  private static Detail missing(MissingColumn column) {
    String message =
        column.closest() == null
            ? "There is no such column, and none like it."
            : "There is no such column; the closest header is \"" + column.closest() + "\".";
    return new Detail(column.column(), message);
  }

  private static NewJob job(
      OrgId organization,
      UUID uploadId,
      String createdBy,
      ImportRequest request,
      List<FileReading> files,
      List<ChunkRef> chunks) {
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.put("fileName", files.get(0).fileName());
    metadata.put("fileCount", files.size());
    metadata.setAll(request.metadata());
    metadata.set("interpretation", interpretation(files));
    List<String> totals = request.common().totals().names();
    if (!totals.isEmpty()) {
      totals.forEach(metadata.putArray("controlTotals")::add);
    }
    return new NewJob(
        new JobId(UuidV7.next()),
        organization,
        uploadId,
        request.kind(),
        chunks.stream().mapToInt(ChunkRef::rows).sum(),
        chunks.size(),
        request.errorHandling(),
        request.options().toString(),
        request.mapping().toJson().toString(),
        metadata.toString(),
        ChunkCodec.WRITTEN,
        createdBy,
        request.common().dryRun(),
        request.common().label(),
        request.common().lineage());
  }

  private static ArrayNode interpretation(List<FileReading> files) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    files.forEach(file -> json.add(file.stored()));
    return json;
  }
}
