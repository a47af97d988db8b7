package io.rowledger.api.intake;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import io.rowledger.api.security.Caller;
import io.rowledger.api.tenant.Organizations;
import io.rowledger.core.tenant.OrgId;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.common.headers.HeaderUtil;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Lets an upload in before a byte of it is read, and watches it while it comes. Files are measured
 * again when they are there.
 */
@Singleton
class AdmissionFilter {

  /** What a form may have beyond its files: fields, and the headers of its parts. */
  static final long AROUND_THE_FILES = 16 << 20;

  private final Organizations tenants;
  private final Caller caller;
  private final Admission admission;

  /** Made when the application is built, before there is a configuration: only proxies here. */
  AdmissionFilter(Organizations tenants, Caller caller, Admission admission) {
    this.tenants = tenants;
    this.caller = caller;
    this.admission = admission;
  }

  @Admitted
  @ServerRequestFilter
  public void admit(ContainerRequestContext request) {
    OrgId organization = caller.organization();
    long announced = AnnouncedSize.of(request.getHeaderString(HttpHeaders.CONTENT_LENGTH));
    long most = tenants.limits(organization).maxBytes();
    if (announced - AROUND_THE_FILES > most) {
      throw tooLarge(announced, most);
    }
    admission.admit(organization, announced);
    request.setEntityStream(
        new GuardedBody(
            request.getEntityStream(),
            most + AROUND_THE_FILES,
            most,
            admission::grownTo,
            parts(request.getHeaderString(HttpHeaders.CONTENT_TYPE))));
  }

  /** Read as the parser of forms reads it, so that both see the same parts. */
  private @Nullable PartLimits parts(@Nullable String contentType) {
    if (contentType == null || !contentType.startsWith("multipart/form-data")) {
      return null;
    }
    String boundary = HeaderUtil.extractQuotedValueFromHeader(contentType, "boundary");
    return boundary == null ? null : admission.partLimits(boundary);
  }

  static ProblemException tooLarge(long bytes, long most) {
    return new ProblemException(
        Problem.FILE_TOO_LARGE,
        "The request has %d bytes; this organisation may send %d in one request."
            .formatted(bytes, most));
  }
}
