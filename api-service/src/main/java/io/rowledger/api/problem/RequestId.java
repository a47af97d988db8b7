package io.rowledger.api.problem;

import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The name of one request, in its answer, in its problem body and in the log. */
final class RequestId {

  static final String HEADER = "X-Request-Id";

  private static final String KEY = RequestId.class.getName();

  /** Nothing that could forge a line of a log or blow it up. */
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/+=-]{1,100}");

  private RequestId() {}

  /** Takes the caller's id when it is sane, else makes one. */
  static String choose(@Nullable String offered) {
    return offered != null && SANE.matcher(offered).matches()
        ? offered
        : UUID.randomUUID().toString();
  }

  static String of(RoutingContext request) {
    String known = request.get(KEY);
    if (known != null) {
      return known;
    }
    String chosen = choose(request.request().getHeader(HEADER));
    request.put(KEY, chosen);
    return chosen;
  }

  /** The path of the request. Without its query, which may carry what a log must not have. */
  static String instance(RoutingContext request) {
    String path = request.request().path();
    return path == null ? "/" : path;
  }
}
