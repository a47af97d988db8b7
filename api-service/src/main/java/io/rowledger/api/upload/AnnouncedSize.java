package io.rowledger.api.upload;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.Caller;
import io.rowledger.api.tenant.Organizations;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a form that cannot be within the organisation's limit, before gigabytes of it are
 * spooled. The files themselves are measured again when they are there.
 */
@Singleton
class AnnouncedSize {

  /** What a form may have beyond its files: fields, and the headers of its parts. */
  static final long AROUND_THE_FILES = 16 << 20;

  private final Organizations tenants;
  private final Caller caller;

  AnnouncedSize(Organizations tenants, Caller caller) {
    this.tenants = tenants;
    this.caller = caller;
  }

  @SizeLimited
  @ServerRequestFilter
  public void check(ContainerRequestContext request) {
    long bytes = of(request.getHeaderString(HttpHeaders.CONTENT_LENGTH));
    if (bytes <= AROUND_THE_FILES) {
      return;
    }
    long most = tenants.limits(caller.organization()).maxBytes();
    if (bytes - AROUND_THE_FILES > most) {
      throw new ProblemException(
          Problem.FILE_TOO_LARGE,
          "The request has %d bytes; this organisation may send %d in one request."
              .formatted(bytes, most));
    }
  }

  /** Bytes of the body; 0 when the header does not say, or says nonsense. */
  static long of(@Nullable String contentLength) {
    try {
      return contentLength == null ? 0 : Long.parseLong(contentLength.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
