package io.rowledger.worker.run;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.rowledger.core.job.ClaimedJob;
import io.rowledger.core.trace.Spans;
import io.rowledger.core.trace.Traceparent;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/**
 * The spans of a run. They have ids and numbers and nothing else: no file name, no key, no message
 * of an exception, which may quote a cell.
 */
@Singleton
class RunSpans {

  private final Tracer tracer;

  RunSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  /** From claim to end, child of the request that made the job, whichever process claims it. */
  Span slice(ClaimedJob job) {
    return tracer
        .spanBuilder("job slice")
        .setParent(Traceparent.parent(job.traceparent()))
        .setAttribute("rowledger.job.id", job.id().toString())
        .setAttribute("rowledger.organization.id", job.organization().value().toString())
        .setAttribute("rowledger.job.kind", job.kind().wireName())
        .setAttribute("rowledger.job.phase", job.phase().wireName())
        .setAttribute("rowledger.chunk.next", job.nextChunk())
        .startSpan();
  }

  /**
   * Something that is done with chunks; child of what the thread is doing.
   *
   * @param to exclusive
   */
  <T> T chunks(String what, int from, int to, Supplier<T> work) {
    Span span =
        tracer
            .spanBuilder(what)
            .setAttribute("rowledger.chunk.from", from)
            .setAttribute("rowledger.chunk.to", to)
            .startSpan();
    return Spans.within(span, work);
  }
}
