package io.rowledger.benchmark.peer;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;

/** The floor: no caller, no database, no content. Runs on the I/O thread. */
@Path("/empty")
class EmptyResource {

  @GET
  @NonBlocking
  @Produces(MediaType.APPLICATION_JSON)
  public Map<String, String> get() {
    return Map.of();
  }
}
