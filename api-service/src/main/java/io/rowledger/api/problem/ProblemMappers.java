package io.rowledger.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.AuthenticationRedirectException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ValidationException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Every throwable that leaves a resource, one mapper. The framework has mappers of its own for the
 * listed types and prefers the more specific one, which is why {@code Throwable} alone would not
 * do.
 */
@Singleton
class ProblemMappers {

  private final ProblemJson json;

  ProblemMappers(ProblemJson json) {
    this.json = json;
  }

  @ServerExceptionMapper({
    Throwable.class,
    ProblemException.class,
    WebApplicationException.class,
    UnauthorizedException.class,
    ForbiddenException.class,
    AuthenticationFailedException.class,
    AuthenticationCompletionException.class,
    AuthenticationRedirectException.class,
    ValidationException.class,
    ConstraintViolationException.class,
    JsonProcessingException.class,
    MismatchedInputException.class,
    InvalidDefinitionException.class,
  })
  Response refuse(Throwable thrown, RoutingContext request, ServerRequestContext context) {
    Refusal refusal = refusal(thrown, request, context);
    String instance = RequestId.instance(request);
    json.log(refusal, request.request().method().name(), instance, thrown);
    String body = json.write(refusal, instance, RequestId.of(request));
    Response.ResponseBuilder response =
        Response.status(refusal.status()).type(ProblemJson.MEDIA_TYPE).entity(body);
    refusal.headers().forEach(response::header);
    return response.header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }

  private static Refusal refusal(
      Throwable thrown, RoutingContext request, ServerRequestContext context) {
    boolean noRoute = thrown instanceof NotFoundException || thrown instanceof NotAllowedException;
    if (noRoute && context instanceof ResteasyReactiveRequestContext rest) {
      Set<String> methods = AllowedMethods.of(rest.getDeployment(), rest.getPathWithoutPrefix());
      if (!methods.isEmpty() && !methods.contains(request.request().method().name())) {
        return Refusal.ofMethod(methods);
      }
    }
    boolean reading = thrown instanceof IOException || thrown.getCause() instanceof IOException;
    if (reading && request.response().closed()) {
      // Nobody will see it; as an error of ours it would fill the log whenever a client hangs up.
      return Refusal.of(Problem.VALIDATION_ERROR, "The connection ended before the request did.");
    }
    return Refusal.of(thrown);
  }
}
