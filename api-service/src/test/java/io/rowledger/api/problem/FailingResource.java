package io.rowledger.api.problem;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rowledger.api.problem.ProblemException.Detail;
import jakarta.annotation.security.PermitAll;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** Only in tests: fails in every way there is. */
@Path("/failing")
@PermitAll
public class FailingResource {

  static final String SECRET = "s3cret value of a row";

  @RegisterForReflection
  public record Body(
      @Min(1) int number, @NotNull @Size(max = 2) List<@Size(max = 3) String> words, Instant at) {}

  @GET
  @Path("/{how}")
  @Operation(hidden = true)
  public String fail(@RestPath String how) throws SQLException {
    switch (how) {
      case "unexpected" -> throw new IllegalStateException(SECRET);
      case "error" -> throw new AssertionError(SECRET);
      case "database" -> throw new RuntimeException(new SQLException(SECRET, "57P01"));
      case "pool" -> throw new SQLException(SECRET);
      case "sql" -> throw new SQLException(SECRET, "42601");
      case "kafka" -> throw new org.apache.kafka.common.errors.TimeoutException(SECRET);
      case "wrapped" ->
          throw new RuntimeException(
              new ProblemException(Problem.INVALID_TRANSITION, "It has ended."));
      case "busy" ->
          throw new ProblemException(Problem.TOO_MANY_JOBS, "100 jobs are open.")
              .retryAfter(Duration.ofSeconds(42));
      case "unknown-outcome" ->
          throw new ProblemException(Problem.OUTCOME_UNKNOWN, "Look it up.").jobId("the-job");
      case "details" ->
          throw new ProblemException(
              Problem.MISSING_COLUMNS,
              "Two columns are missing.",
              List.of(new Detail("a", "missing"), new Detail(null, "and another")));
      case "teapot" -> throw new WebApplicationException(SECRET, 418);
      default -> {
        return how;
      }
    }
  }

  @GET
  @Path("/status/{status}")
  @Operation(hidden = true)
  public Response bare(@RestPath int status) {
    return Response.status(status).build();
  }

  @POST
  @Path("/json")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(hidden = true)
  public Body json(@NotNull @Valid Body body) {
    return body;
  }
}
