package io.rowledger.api.problem;

import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Refusals of connections, on which there is no request that a route could answer. */
@Singleton
public class EdgeProblem {

  private final ProblemJson json;
  private final SecurityHeaders security;

  EdgeProblem(ProblemJson json, SecurityHeaders security) {
    this.json = json;
    this.security = security;
  }

  /** The body that all refusals have. */
  public byte[] body(int status, String detail, String instance, String requestId) {
    Refusal refusal = Refusal.of(Problem.ofStatus(status), status, detail, List.of());
    return json.write(refusal, instance, requestId).getBytes(StandardCharsets.UTF_8);
  }

  /** The headers that go with it, but for those about the connection. */
  public Map<String, String> headers(String requestId) {
    Map<String, String> headers = new LinkedHashMap<>(security.of("/", false));
    headers.put("Content-Type", ProblemJson.MEDIA_TYPE);
    headers.put(RequestId.HEADER, requestId);
    return headers;
  }
}
