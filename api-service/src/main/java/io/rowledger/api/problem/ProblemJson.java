package io.rowledger.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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
  void log(Refusal refusal, String method, String instance, @Nullable Throwable because) {
    if (refusal.problem() == Problem.INTERNAL) {
      LOG.errorf(because, "%s %s failed", method, instance);
    } else if (refusal.status() >= 500) {
      // No stack: during an outage every request says the same.
      LOG.warnf("%s %s refused, %s: %s", method, instance, refusal.problem(), because);
    } else {
      LOG.debugf("%s %s refused, %s: %s", method, instance, refusal.problem(), refusal.detail());
    }
  }
}
