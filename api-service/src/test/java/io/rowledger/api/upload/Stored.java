package io.rowledger.api.upload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.testing.Everything;
import io.rowledger.core.chunk.Chunk;
import io.rowledger.core.chunk.ChunkLog;
import io.rowledger.core.chunk.ChunkReader;
import io.rowledger.core.chunk.ChunkRef;
import io.rowledger.core.chunk.UploadRepository;
import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.sql.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** What an upload left behind in PostgreSQL and Kafka. */
@ApplicationScoped
class Stored {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Database database;
  private final UploadRepository uploads;
  private final ChunkLog log;

  Stored(UploadRepository uploads, ChunkLog log) {
    this.database = Everything.database();
    this.uploads = uploads;
    this.log = log;
  }

  /** The row of {@code import_job} as JSON. */
  JsonNode job(String jobId) {
    return json("SELECT row_to_json(j)::text FROM import_job j WHERE id = ?", jobId);
  }

  /** The row of {@code upload} as JSON. */
  JsonNode upload(String jobId) {
    return json(
        """
        SELECT row_to_json(u)::text FROM upload u
          JOIN import_job j ON j.upload_id = u.id WHERE j.id = ?
        """,
        jobId);
  }

  /** The index and the rows behind it, read back the way a worker does. */
  List<Chunk> chunks(String jobId) {
    UUID upload = UUID.fromString(job(jobId).get("upload_id").asText());
    List<ChunkRef> refs = database.transaction(tx -> uploads.chunks(tx, upload));
    DataKey key = database.transaction(tx -> uploads.key(tx, upload));
    try (ChunkReader reader = log.reader(upload, key)) {
      return refs.stream().map(reader::read).toList();
    }
  }

  int jobs(Tenant tenant) {
    return database.transaction(
        tx ->
            tx.queryOne(
                    "SELECT count(*) FROM import_job WHERE organization_id = ?::uuid",
                    row -> row.getInt(1),
                    tenant.id())
                .orElseThrow());
  }

  List<UUID> jobIds(Tenant tenant) {
    return database.transaction(
        tx ->
            tx.query(
                "SELECT id FROM import_job WHERE organization_id = ?::uuid",
                row -> row.getObject(1, UUID.class),
                tenant.id()));
  }

  /** The answers that are kept for idempotency keys, as they are stored. */
  List<String> answers(Tenant tenant) {
    return database.transaction(
        tx ->
            tx.query(
                "SELECT answer::text FROM idempotency_key WHERE organization_id = ?::uuid",
                row -> row.getString(1),
                tenant.id()));
  }

  void update(String sql, Object... parameters) {
    database.run(tx -> tx.update(sql, parameters));
  }

  private JsonNode json(String sql, String jobId) {
    String text =
        database.transaction(
            tx -> tx.queryOne(sql, row -> row.getString(1), UUID.fromString(jobId)).orElseThrow());
    return read(text);
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
