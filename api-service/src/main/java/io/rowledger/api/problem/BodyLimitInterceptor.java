package io.rowledger.api.problem;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;

/** Keeps {@link BodyLimit}: a body that becomes objects is memory, however large uploads may be. */
@Provider
class BodyLimitInterceptor implements ReaderInterceptor {

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    if (InputStream.class.isAssignableFrom(context.getType())) {
      return context.proceed();
    }
    long limit = limit(context.getAnnotations());
    String announced = context.getHeaders().getFirst(HttpHeaders.CONTENT_LENGTH);
    if (announced != null && announced.length() < 19 && Long.parseLong(announced) > limit) {
      throw tooLarge(limit);
    }
    context.setInputStream(new Limited(context.getInputStream(), limit));
    return context.proceed();
  }

  private static long limit(Annotation[] annotations) {
    for (Annotation annotation : annotations) {
      if (annotation instanceof BodyLimit limit) {
        return limit.value();
      }
    }
    return BodyLimit.DEFAULT_BYTES;
  }

  private static ProblemException tooLarge(long limit) {
    return new ProblemException(
        Problem.FILE_TOO_LARGE, "The body may have " + limit + " bytes on this route.");
  }

  private static final class Limited extends FilterInputStream {

    private final long limit;
    private long left;

    Limited(InputStream in, long limit) {
      super(in);
      this.limit = limit;
      this.left = limit;
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      count(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      count(Math.max(0, read));
      return read;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    private void count(int read) {
      left -= read;
      if (left < 0) {
        throw tooLarge(limit);
      }
    }
  }
}
