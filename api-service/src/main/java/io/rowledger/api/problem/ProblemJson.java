package io.rowledger.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rowledger.core.privacy.Wordless;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes the body for both layers that can refuse, JAX-RS and Vert.x, and logs what an operator has
 * to know: once, here, with the request id that the caller sees.
 */
@Singleton
class ProblemJson {

  static final String MEDIA_TYPE = "application/problem+json";

  private static final String EXTERNAL = "/external/";

  private static final Logger LOG = Logger.getLogger(ProblemJson.class);

  private final ObjectMapper mapper;

  ProblemJson(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  String write(Refusal refusal, String instance, String requestId) {
    try {
      return mapper.writeValueAsString(ProblemBody.of(refusal, instance, requestId));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of texts can always be written", e);
    }
  }

  /**
   * @param because null when the framework gave no reason
   */
  void log(Refusal refusal, String method, String path, @Nullable Throwable because) {
    String instance = withoutValues(path);
    if (refusal.problem() == Problem.INTERNAL) {
      LOG.errorf(because == null ? null : Wordless.of(because), "%s %s failed", method, instance);
    } else if (refusal.status() >= 500) {
      // No stack: during an outage every request says the same.
      LOG.warnf("%s %s refused, %s: %s", method, instance, refusal.problem(), because);
    } else {
      // Not the detail: it names files and columns, and the caller has it under the request id.
      LOG.debugf("%s %s refused, %s", method, instance, refusal.problem());
    }
  }

  /** The one route whose path holds what was in a cell. */
  private static String withoutValues(String path) {
    int end = path.indexOf(EXTERNAL);
    return end < 0 ? path : path.substring(0, end + EXTERNAL.length()) + "{externalId}";
  }
}
