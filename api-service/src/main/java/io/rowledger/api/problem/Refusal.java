package io.rowledger.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.rowledger.api.problem.ProblemException.Detail;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.resteasy.reactive.server.core.multipart.MultipartParser.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * What a throwable means to the caller. Pure, and the only place that decides it, so that the same
 * accident looks the same whether it happened in a resource, in the security layer or before both.
 *
 * @param status the status line; differs from the problem's own only for statuses that no code has
 * @param jobId the job to look up, null when no other job than that of the path matters
 */
record Refusal(
    Problem problem,
    int status,
    String detail,
    List<Detail> details,
    Map<String, String> headers,
    @Nullable String jobId) {

  /** Long enough for a restarted database to be there again, short enough for a person to wait. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** How the framework's multipart parser says that the form has no end; it has no type for it. */
  private static final String BROKEN_FORM = "Connection terminated parsing multipart request";

  private static final String NEEDS_TOKEN =
      "Send a valid API key or access token as 'Authorization: Bearer …'.";

  /** Never fails and never carries the text of an exception that is not ours. */
  static Refusal of(Throwable thrown) {
    if (thrown instanceof ProblemException e) {
      return of(e);
    }
    if (thrown instanceof UnauthorizedException) {
      return of(Problem.UNAUTHORIZED, NEEDS_TOKEN);
    }
    if (thrown instanceof ForbiddenException) {
      return of(Problem.FORBIDDEN, "This needs a permission that the caller does not have.");
    }
    if (thrown instanceof ConstraintViolationException e) {
      return BadInput.of(e);
    }
    if (thrown instanceof JsonProcessingException e) {
      return BadInput.of(e);
    }
    // A dependency that is away can hide below any of the types that follow, a failed
    // authentication too: a key that could not be looked up is not a wrong key.
    if (Outage.isBehind(thrown)) {
      return of(
          Problem.SERVICE_UNAVAILABLE,
          "A system that this service depends on does not answer. Nothing was done; try again.");
    }
    if (thrown instanceof IOException && BROKEN_FORM.equals(thrown.getMessage())) {
      return of(
          Problem.VALIDATION_ERROR,
          "The multipart body ends before its closing boundary, or does not use the boundary that"
              + " Content-Type names.");
    }
    if (thrown instanceof MalformedMessageException) {
      return of(
          Problem.VALIDATION_ERROR,
          "A part of the multipart body has a malformed header: each is 'name: value' and ends with"
              + " a carriage return and a line feed.");
    }
    if (thrown instanceof AuthenticationFailedException) {
      return of(Problem.UNAUTHORIZED, NEEDS_TOKEN);
    }
    if (thrown instanceof WebApplicationException e) {
      return of(e);
    }
    if (thrown.getCause() instanceof ProblemException e) {
      // A transaction or a reactive pipeline wraps what was thrown inside of it.
      return of(e);
    }
    return of(
        Problem.INTERNAL,
        "Something went wrong on our side. Please report it with the requestId of this answer.");
  }

  static Refusal of(Problem problem, String detail) {
    return of(problem, problem.status(), detail, List.of());
  }

  static Refusal of(Problem problem, int status, String detail, List<Detail> details) {
    return new Refusal(problem, status, detail, details, headers(problem, RETRY_AFTER), null);
  }

  /** For a path that has other methods than the one that was used. */
  static Refusal ofMethod(Set<String> allowed) {
    Refusal bare = ofStatus(Problem.METHOD_NOT_ALLOWED.status());
    return new Refusal(
        bare.problem(),
        bare.status(),
        bare.detail(),
        bare.details(),
        Map.of(HttpHeaders.ALLOW, String.join(", ", allowed)),
        null);
  }

  /** For an answer of the framework that has a status and nothing else. */
  static Refusal ofStatus(int status) {
    Problem problem = Problem.ofStatus(status);
    String detail =
        switch (problem) {
          case UNAUTHORIZED -> NEEDS_TOKEN;
          case FORBIDDEN -> "This needs a permission that the caller does not have.";
          case NOT_FOUND -> ProblemException.notFound().detail();
          case METHOD_NOT_ALLOWED ->
              "This path does not have this method; the header Allow says which it has.";
          case NOT_ACCEPTABLE -> "None of the media types in Accept can be produced here.";
          case FILE_TOO_LARGE -> "The body is larger than this service takes in one request.";
          case UNSUPPORTED_FORMAT -> "This Content-Type is not understood here.";
          default -> problem.title() + ".";
        };
    return of(problem, status, detail, List.of());
  }

  private static Refusal of(ProblemException e) {
    return new Refusal(
        e.problem(),
        e.problem().status(),
        e.detail(),
        e.details(),
        headers(e.problem(), e.retryAfter().orElse(RETRY_AFTER)),
        e.jobId().orElse(null));
  }

  private static Refusal of(WebApplicationException e) {
    if (e.getCause() instanceof JsonProcessingException json) {
      return BadInput.of(json);
    }
    if (e.getCause() instanceof ProblemException problem) {
      return of(problem);
    }
    return ofStatus(e.getResponse().getStatus());
  }

  private static Map<String, String> headers(Problem problem, Duration retryAfter) {
    return switch (problem) {
      case UNAUTHORIZED -> Map.of(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
      case TOO_MANY_JOBS, TOO_MANY_UPLOADS, SERVICE_UNAVAILABLE ->
          Map.of(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, retryAfter.toSeconds())));
      default -> Map.of();
    };
  }
}
