package io.rowledger.api.problem;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jboss.resteasy.reactive.server.core.Deployment;
import org.jboss.resteasy.reactive.server.handlers.ClassRoutingHandler;
import org.jboss.resteasy.reactive.server.handlers.RestInitialHandler.InitialMatch;
import org.jboss.resteasy.reactive.server.mapping.RequestMapper;
import org.jboss.resteasy.reactive.server.mapping.RequestMapper.RequestMatch;
import org.jboss.resteasy.reactive.server.mapping.RuntimeResource;
import org.jboss.resteasy.reactive.server.spi.ServerRestHandler;

/**
 * The methods that a path has. The framework looks for them in one class only, and so answers 404
 * where only the method is wrong, and never says which are right.
 */
final class AllowedMethods {

  private AllowedMethods() {}

  /** Empty when no route has this path. */
  static SortedSet<String> of(Deployment deployment, String path) {
    SortedSet<String> methods = new TreeSet<>();
    RequestMapper<InitialMatch> classes = new RequestMapper<>(deployment.getClassMappers());
    RequestMatch<InitialMatch> match = classes.map(path);
    while (match != null) {
      for (ServerRestHandler handler : match.value.handlers) {
        if (handler instanceof ClassRoutingHandler routes) {
          add(methods, routes.getMappers(), match.remaining.isEmpty() ? "/" : match.remaining);
        }
      }
      match = classes.continueMatching(path, match);
    }
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return methods;
  }

  private static void add(
      SortedSet<String> methods,
      Map<String, RequestMapper<RuntimeResource>> routes,
      String remaining) {
    routes.forEach(
        (method, mapper) -> {
          // Sub resource locators have no method.
          if (method != null && mapper.map(remaining) != null) {
            methods.add(method);
          }
        });
  }
}
