package io.rowledger.api.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.core.job.JobId;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** The table {@code idempotency_key}. */
@ApplicationScoped
class IdempotencyRepository {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What was stored under a key. */
  record Stored(String digest, JobId job, ObjectNode answer) {}

  /** Waits for every other transaction that uses the key. Two keys may share a lock; no harm. */
  void lock(Tx tx, IdempotencyKey key) {
    tx.query(
        "SELECT pg_advisory_xact_lock(hashtextextended(?, 20))",
        row -> true,
        String.join("\n", key.organization().value().toString(), key.operation(), key.value()));
  }

  Optional<Stored> find(Tx tx, IdempotencyKey key) {
    return tx.queryOne(
        """
        SELECT encode(digest, 'hex') AS digest, job_id, answer::text FROM idempotency_key
         WHERE organization_id = ? AND operation = ? AND key = ?
        """,
        row ->
            new Stored(
                row.getString("digest"),
                new JobId(row.getObject("job_id", UUID.class)),
                parse(row.getString("answer"))),
        key.organization().value(),
        key.operation(),
        key.value());
  }

  void insert(Tx tx, IdempotencyKey key, String digest, JobId job, String answer) {
    tx.update(
        """
        INSERT INTO idempotency_key (organization_id, operation, key, digest, job_id, answer)
        VALUES (?, ?, ?, decode(?, 'hex'), ?, ?::json)
        """,
        key.organization().value(),
        key.operation(),
        key.value(),
        digest,
        job.value(),
        answer);
  }

  /** Leaves of a job's answers what says nothing about its files. */
  void eraseContents(Tx tx, OrgId organization, JobId job) {
    tx.update(
        """
        UPDATE idempotency_key SET answer = (answer::jsonb || '{"interpretation": []}')::json
         WHERE organization_id = ? AND job_id = ?
        """,
        organization.value(),
        job.value());
  }

  /** Forgets keys older than {@code age}, at most {@code most} of them; returns how many. */
  int deleteOlderThan(Tx tx, Duration age, int most) {
    return tx.update(
        """
        DELETE FROM idempotency_key WHERE (organization_id, operation, key) IN (
          SELECT organization_id, operation, key FROM idempotency_key
           WHERE created_at < clock_timestamp() - make_interval(secs => ?) LIMIT ?)
        """,
        (double) age.toSeconds(),
        most);
  }

  private static ObjectNode parse(String answer) {
    try {
      return (ObjectNode) JSON.readTree(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored answer is JSON", e);
    }
  }
}
