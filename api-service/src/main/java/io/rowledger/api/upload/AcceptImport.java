package io.rowledger.api.upload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.format.FormatConfig;
import io.rowledger.api.format.ReadBudget;
import io.rowledger.api.format.RowSource;
import io.rowledger.api.format.RowSources;
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
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.NewJob;
import io.rowledger.core.mapping.BoundMapping;
import io.rowledger.core.mapping.MissingColumn;
import io.rowledger.core.mapping.UnknownColumns;
import io.rowledger.core.row.CellFormat;
import io.rowledger.core.row.RawRow;
import io.rowledger.core.sql.UuidV7;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Accepts an upload. The files are read once, and their rows go to Kafka while they are read; a
 * file that turns out to be wrong leaves records that nobody can ever read, because their key was
 * never stored (ADR: read once).
 */
@ApplicationScoped
class AcceptImport {

  /**
   * A job that was accepted, and how its files were read.
   *
   * @param files one JSON object for each file, with sample rows
   */
  record Accepted(JobView job, int fileCount, ArrayNode files) {}

  private final ChunkLog log;
  private final SubmitImport submit;
  private final TicketSender tickets;
  private final InstantSource clock;
  private final FormatConfig formats;

  AcceptImport(
      ChunkLog log,
      SubmitImport submit,
      TicketSender tickets,
      InstantSource clock,
      FormatConfig formats) {
    this.log = log;
    this.submit = submit;
    this.tickets = tickets;
    this.clock = clock;
    this.formats = formats;
  }

  /**
   * Returns when every row is acknowledged by Kafka and the job is committed.
   *
   * @param createdBy key name or token subject
   * @throws ProblemException when the request or a file is refused; then there is no job
   */
  Accepted accept(
      OrgId organization, TenantLimits limits, String createdBy, ImportRequest request) {
    checkSize(request, limits);
    submit.checkOpenJobs(organization, limits.maxOpenJobs());
    UUID uploadId = UuidV7.next();
    DataKey key = DataKey.random();
    ReadBudget budget = new ReadBudget(formats, limits.maxBytes());
    List<FileReading> files = new ArrayList<>();
    List<ChunkRef> chunks;
    try (ChunkWriter writer = log.begin(uploadId, key)) {
      for (int i = 0; i < request.files().size(); i++) {
        files.add(send(writer, i + 1, request, limits, budget));
      }
      chunks = writer.finish();
    }
    JobView job =
        submit.submit(
            job(organization, uploadId, createdBy, request, files, chunks),
            new SubmitImport.Upload(
                key,
                interpretation(files, false).toString(),
                clock.instant().plus(Duration.ofDays(limits.retentionDays())),
                chunks,
                limits.maxOpenJobs()));
    tickets.send(job.id());
    return new Accepted(job, files.size(), interpretation(files, true));
  }

  private static void checkSize(ImportRequest request, TenantLimits limits) {
    long bytes = request.files().stream().mapToLong(UploadedFile::size).sum();
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
      ReadBudget budget) {
    UploadedFile file = request.files().get(fileNumber - 1);
    try (RowSource source = RowSources.open(file.path(), file.name(), request.format(), budget)) {
      CellFormat format = source.cellFormat();
      if (format == CellFormat.TEXT) {
        checkColumns(request.mapping().bind(source.columns(), format), file, request);
      }
      int rows = 0;
      for (RawRow row = source.next(); row != null; row = source.next()) {
        // Counts on to the end, so that the refusal can say how many there are.
        if (++rows <= limits.maxRowsPerFile()) {
          writer.add(fileNumber, format, source.columns(), row);
        }
      }
      if (rows > limits.maxRowsPerFile()) {
        throw new ProblemException(
            Problem.TOO_MANY_ITEMS,
            "The file %s has %d rows; this organisation may send %d in one file."
                .formatted(file.name(), rows, limits.maxRowsPerFile()));
      }
      return FileReading.of(
          source, request.mapping().bind(source.columns(), format), request.warnings());
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
    metadata.set("interpretation", interpretation(files, false));
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
        ChunkCodec.VERSION,
        createdBy);
  }

  private static ArrayNode interpretation(List<FileReading> files, boolean withSamples) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    files.forEach(file -> json.add(withSamples ? file.answered() : file.stored()));
    return json;
  }
}
