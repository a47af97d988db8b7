/**
 * Requests that may be sent again (contract section 3, Idempotency-Key). Whoever makes a job reads
 * an {@link io.rowledger.api.idempotency.IdempotencyKey} from the request and wraps the transaction
 * that makes the job in {@link io.rowledger.api.idempotency.Idempotency#once}.
 */
@NullMarked
package io.rowledger.api.idempotency;

import org.jspecify.annotations.NullMarked;
