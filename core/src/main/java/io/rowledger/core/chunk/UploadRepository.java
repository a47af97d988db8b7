package io.rowledger.core.chunk;

import io.rowledger.core.crypto.DataKey;
import io.rowledger.core.crypto.MasterKey;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ToLongFunction;

/** The tables {@code upload} and {@code upload_chunk}: whose rows lie where, and with which key. */
@ApplicationScoped
public class UploadRepository {

  private final MasterKey masterKey;
  private final ChunkLogConfig config;

  UploadRepository(MasterKey masterKey, ChunkLogConfig config) {
    this.masterKey = masterKey;
    this.config = config;
  }

  /**
   * Stores an upload whose chunks are all acknowledged.
   *
   * @param interpretation JSON: how each file was read, without any cell
   */
  public void insert(
      Tx tx,
      OrgId organization,
      UUID uploadId,
      DataKey key,
      String interpretation,
      Instant expiresAt,
      List<ChunkRef> chunks) {
    tx.update(
        """
        INSERT INTO upload (id, organization_id, interpretation, topic, master_key_id, sealed_key, expires_at)
        VALUES (?, ?, ?::jsonb, ?, ?, ?, ?)
        """,
        uploadId,
        organization.value(),
        interpretation,
        config.topic(),
        masterKey.id(),
        masterKey.wrap(uploadId, key),
        expiresAt);
    tx.update(
        """
        INSERT INTO upload_chunk (upload_id, chunk_number, file_number, first_row, row_count, record_partition, record_offset)
        SELECT ?, c.* FROM unnest(?, ?, ?, ?, ?, ?) AS c
        """,
        uploadId,
        integers(chunks, ChunkRef::number),
        integers(chunks, ChunkRef::fileNumber),
        integers(chunks, ChunkRef::firstRow),
        integers(chunks, ChunkRef::rows),
        integers(chunks, ChunkRef::partition),
        chunks.stream().map(ChunkRef::offset).toArray(Long[]::new));
  }

  private static Integer[] integers(List<ChunkRef> chunks, ToLongFunction<ChunkRef> value) {
    return chunks.stream().map(c -> Math.toIntExact(value.applyAsLong(c))).toArray(Integer[]::new);
  }

  /** The chunks of an upload in order: the list's index is the chunk's number. */
  public List<ChunkRef> chunks(Tx tx, UUID uploadId) {
    return tx.query(
        """
        SELECT chunk_number, file_number, first_row, row_count, record_partition, record_offset
          FROM upload_chunk WHERE upload_id = ? ORDER BY chunk_number
        """,
        row ->
            new ChunkRef(
                row.getInt(1),
                row.getInt(2),
                row.getInt(3),
                row.getInt(4),
                row.getInt(5),
                row.getLong(6)),
        uploadId);
  }

  /**
   * The data key of an upload, for whoever works on a job. Also when the time of the rows is over:
   * a job that is being imported may come to its end.
   *
   * @throws RowsExpiredException when it was deleted
   */
  public DataKey key(Tx tx, UUID uploadId) {
    return unwrap(
        uploadId,
        tx.queryOne(
            "SELECT sealed_key FROM upload WHERE id = ? AND sealed_key IS NOT NULL",
            row -> row.getBytes(1),
            uploadId));
  }

  /**
   * The data key of an upload, for callers who want to see their rows again or begin something new
   * with them. Not a moment longer than they were told, whenever the timer deletes it.
   *
   * @throws RowsExpiredException when it was deleted or the time of the rows is over
   */
  public DataKey keyInTime(Tx tx, OrgId organization, UUID uploadId) {
    return unwrap(
        uploadId,
        tx.queryOne(
            """
            SELECT sealed_key FROM upload
             WHERE id = ? AND organization_id = ? AND sealed_key IS NOT NULL AND expires_at > clock_timestamp()
            """,
            row -> row.getBytes(1),
            uploadId,
            organization.value()));
  }

  private DataKey unwrap(UUID uploadId, Optional<byte[]> sealed) {
    return masterKey.unwrap(
        uploadId,
        sealed.orElseThrow(
            () -> new RowsExpiredException("the key of upload " + uploadId + " was deleted")));
  }

  /**
   * Keeps the rows of an upload readable until this transaction ends.
   *
   * @throws RowsExpiredException when they are not readable any more, or their time is over
   */
  public void hold(Tx tx, OrgId organization, UUID uploadId) {
    boolean there =
        tx.queryOne(
                """
                SELECT 1 FROM upload
                 WHERE id = ? AND organization_id = ? AND sealed_key IS NOT NULL AND expires_at > clock_timestamp()
                   FOR SHARE
                """,
                row -> row.getInt(1),
                uploadId,
                organization.value())
            .isPresent();
    if (!there) {
      throw new RowsExpiredException("the key of upload " + uploadId + " was deleted");
    }
  }

  /** An upload whose time is over. */
  public record Expired(UUID id, OrgId organization) {}

  /**
   * An upload whose time is over and that no job keeps, locked; one that somebody {@link #hold}s is
   * left out. A job keeps its rows while a worker has it, and for {@code grace} longer when it
   * waits for one; a paused job does not.
   */
  public Optional<Expired> expired(Tx tx, Duration grace) {
    return tx.queryOne(
        """
        SELECT u.id, u.organization_id FROM upload u
         WHERE u.sealed_key IS NOT NULL AND u.expires_at <= clock_timestamp()
           AND NOT EXISTS (
               SELECT 1 FROM import_job j
                WHERE j.upload_id = u.id AND j.status IN ('queued', 'running')
                  AND (j.lease_owner IS NOT NULL
                       OR j.paused_at IS NULL
                          AND u.expires_at > clock_timestamp() - ?::bigint * interval '1 millisecond'))
         ORDER BY u.expires_at LIMIT 1
           FOR NO KEY UPDATE OF u SKIP LOCKED
        """,
        row ->
            new Expired(
                row.getObject("id", UUID.class),
                new OrgId(row.getObject("organization_id", UUID.class))),
        grace.toMillis());
  }

  /** Rows that are there already live no longer than so many days after their upload. */
  public void shorten(Tx tx, OrgId organization, int days) {
    tx.update(
        """
        UPDATE upload SET expires_at = created_at + ? * interval '1 day'
         WHERE organization_id = ? AND sealed_key IS NOT NULL AND expires_at > created_at + ? * interval '1 day'
        """,
        days,
        organization.value(),
        days);
  }

  /** Waits until nobody {@link #hold}s the upload, and lets nobody until this transaction ends. */
  public void lock(Tx tx, OrgId organization, UUID uploadId) {
    tx.query(
        "SELECT 1 FROM upload WHERE id = ? AND organization_id = ? FOR NO KEY UPDATE",
        row -> row.getInt(1),
        uploadId,
        organization.value());
  }

  /** Deletes the key: the rows in Kafka can never be read again. Counts and digests stay. */
  public void forget(Tx tx, OrgId organization, UUID uploadId) {
    tx.update(
        """
        UPDATE upload
           SET sealed_key = NULL,
               interpretation = (
                   SELECT coalesce(jsonb_agg(jsonb_build_object('rows', file -> 'rows', 'sha256', file -> 'sha256')
                                             ORDER BY number), '[]')
                     FROM jsonb_array_elements(
                          CASE jsonb_typeof(interpretation) WHEN 'array' THEN interpretation ELSE '[]' END)
                          WITH ORDINALITY AS files(file, number))
         WHERE id = ? AND organization_id = ?
        """,
        uploadId,
        organization.value());
  }
}
