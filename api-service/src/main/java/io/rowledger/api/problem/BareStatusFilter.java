package io.rowledger.api.problem;

import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Gives a body to an error status that was returned and not thrown. */
@Singleton
class BareStatusFilter {

  private final ProblemJson json;

  BareStatusFilter(ProblemJson json) {
    this.json = json;
  }

  @ServerResponseFilter
  void fill(ContainerResponseContext response, RoutingContext request) {
    if (response.getStatus() < 400 || response.hasEntity()) {
      return;
    }
    Refusal refusal = Refusal.ofStatus(response.getStatus());
    refusal.headers().forEach(response.getHeaders()::putSingle);
    response.setEntity(
        json.write(refusal, RequestId.instance(request), RequestId.of(request)),
        null,
        MediaType.valueOf(ProblemJson.MEDIA_TYPE));
  }
}
