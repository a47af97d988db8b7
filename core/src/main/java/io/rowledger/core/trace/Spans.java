package io.rowledger.core.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.function.Supplier;

/** How work is done inside of a span. */
public final class Spans {

  private Spans() {}

  /**
   * Does {@code work} and ends the span. A failure leaves its type in it and nothing else: the
   * message of an exception may quote a cell.
   */
  public static <T> T within(Span span, Supplier<T> work) {
    try {
      return Context.current().with(span).wrapSupplier(work).get();
    } catch (RuntimeException | Error e) {
      span.setStatus(StatusCode.ERROR, e.getClass().getSimpleName());
      throw e;
    } finally {
      span.end();
    }
  }
}
