package io.rowledger.api.upload;

import io.rowledger.api.idempotency.Idempotency;
import io.rowledger.api.idempotency.Idempotency.Answer;
import io.rowledger.api.idempotency.IdempotencyKey;
import io.rowledger.api.security.Caller;
import io.rowledger.api.tenant.TenantLimits;
import io.rowledger.core.job.JobKind;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;

/** From a request that was understood to its 202; the same for every route that takes rows in. */
@ApplicationScoped
public class Acceptance {

  private final AcceptImport accept;
  private final Caller caller;
  private final HttpHeaders headers;

  Acceptance(AcceptImport accept, Caller caller, HttpHeaders headers) {
    this.accept = accept;
    this.caller = caller;
    this.headers = headers;
  }

  /** What uploads of a kind are called as an operation of an {@code Idempotency-Key}. */
  static String upload(JobKind kind) {
    return "upload " + kind.wireName();
  }

  /**
   * Accepts the rows, once for each {@code Idempotency-Key}.
   *
   * @param operation the scope of the key; routes that are the same share it
   */
  Answer accept(String operation, ImportRequest request, TenantLimits limits) {
    return accept.accept(
        caller.organization(),
        limits,
        caller.name(),
        request,
        IdempotencyKey.of(caller.organization(), operation, headers));
  }

  /** The 202. */
  public static Response response(Answer accepted) {
    return with(accepted, Response.accepted(accepted.body()))
        .header("Location", URI.create("/batch-import/jobs/" + accepted.job()))
        .header("Retry-After", 2)
        .build();
  }

  /** Says whether the request was answered before. */
  public static Response.ResponseBuilder with(Answer accepted, Response.ResponseBuilder response) {
    return accepted.replayed() ? response.header(Idempotency.REPLAYED, true) : response;
  }
}
