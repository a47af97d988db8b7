package io.rowledger.api.idempotency;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.idempotency.IdempotencyRepository.Stored;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.core.job.JobId;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a request that is sent again, with the same key and content, the same job. */
@ApplicationScoped
public class Idempotency {

  /** The response header of an answer that was given before. */
  public static final String REPLAYED = "Idempotency-Replayed";

  /**
   * What is answered.
   *
   * @param body without any cell of any row: it is stored as it is
   * @param replayed true when it was answered before
   */
  public record Answer(JobId job, ObjectNode body, boolean replayed) {

    /** An answer that nobody was given yet. */
    public static Answer first(JobId job, ObjectNode body) {
      return new Answer(job, body, false);
    }
  }

  private final IdempotencyRepository keys;

  Idempotency(IdempotencyRepository keys) {
    this.keys = keys;
  }

  /**
   * Does the work unless it was done under this key, and stores its answer in the same transaction:
   * one commit makes both, so that a crash leaves both or none. Requests with one key wait for each
   * other here; the losers of the race get the winner's answer.
   *
   * @param key null for a request without one, whose work is done in any case
   * @param digest SHA-256 of what is asked for, in lower case hex
   * @param work makes the job; whatever it throws is not stored
   * @throws ProblemException IDEMPOTENCY_KEY_REUSED when the key was used for other content
   */
  public Answer once(Tx tx, @Nullable IdempotencyKey key, String digest, Supplier<Answer> work) {
    if (key == null) {
      return work.get();
    }
    keys.lock(tx, key);
    Optional<Answer> before = replay(tx, key, digest);
    if (before.isPresent()) {
      return before.get();
    }
    Answer answer = work.get();
    keys.insert(tx, key, digest, answer.job(), answer.body().toString());
    return answer;
  }

  /**
   * The answer that was given under this key; empty when there is none yet.
   *
   * @throws ProblemException IDEMPOTENCY_KEY_REUSED when the key was used for other content
   */
  public Optional<Answer> replay(Tx tx, IdempotencyKey key, String digest) {
    return keys.find(tx, key)
        .map(
            stored -> {
              refuseOtherContent(stored, digest);
              return new Answer(stored.job(), stored.answer(), true);
            });
  }

  /** Whether the key was used, for callers to whom a digest is work. */
  public boolean isUsed(Tx tx, IdempotencyKey key) {
    return keys.find(tx, key).isPresent();
  }

  /** Forgets what the answers that made a job say about the contents of its files. */
  public void eraseContents(Tx tx, OrgId organization, JobId job) {
    keys.eraseContents(tx, organization, job);
  }

  private static void refuseOtherContent(Stored stored, String digest) {
    if (!stored.digest().equals(digest)) {
      throw new ProblemException(
          Problem.IDEMPOTENCY_KEY_REUSED,
          ("This %s was used for other files or parameters, which became job %s. Send new content"
                  + " with a new key.")
              .formatted(IdempotencyKey.HEADER, stored.job()));
    }
  }
}
