package io.rowledger.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The one body of every answer that is not 2xx: RFC 9457 and the fixed envelope together. */
@RegisterForReflection
@Schema(name = "Problem", description = "The body of every answer that is not 2xx")
public record ProblemBody(
    @Schema(examples = "urn:rowledger:problem:VALIDATION_ERROR") String type,
    String title,
    int status,
    String detail,
    @Schema(description = "the path of the request, without its query") String instance,
    @Schema(description = "always false") boolean success,
    ErrorBody error,
    @Schema(description = "also in the header X-Request-Id; name it when you report a fault")
        String requestId,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(
            description =
                "the job to look up: with OUTCOME_UNKNOWN, and with a conflict with another job")
        @Nullable String jobId) {

  /** The envelope's inner part. */
  @RegisterForReflection
  @Schema(name = "ProblemError")
  public record ErrorBody(Problem code, String message, List<DetailBody> details) {}

  /** One of several things that are wrong. */
  @RegisterForReflection
  @Schema(name = "ProblemDetail")
  public record DetailBody(@Nullable String field, String message) {}

  static ProblemBody of(Refusal refusal, String instance, String requestId) {
    Problem problem = refusal.problem();
    return new ProblemBody(
        "urn:rowledger:problem:" + problem,
        problem.title(),
        refusal.status(),
        refusal.detail(),
        instance,
        false,
        new ErrorBody(
            problem,
            refusal.detail(),
            refusal.details().stream().map(d -> new DetailBody(d.field(), d.message())).toList()),
        requestId,
        refusal.jobId());
  }
}
