package io.rowledger.worker.run;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.rowledger.core.job.ClaimedJob;
import java.util.List;
import org.jboss.logging.MDC;

/** Whose job it is, in every line that is logged about it. Ids only. */
final class LogContext {

  private static final String JOB = "jobId";
  private static final String ORGANIZATION = "organization";
  private static final String TRACE = "traceId";

  private LogContext() {}

  /** Runs {@code work}, whose lines, as far as this thread logs them, say whose job it is about. */
  static void during(ClaimedJob job, Runnable work) {
    MDC.put(JOB, job.id().toString());
    MDC.put(ORGANIZATION, job.organization().value().toString());
    SpanContext span = Span.current().getSpanContext();
    if (span.isSampled()) {
      MDC.put(TRACE, span.getTraceId());
    }
    try {
      work.run();
    } finally {
      List.of(JOB, ORGANIZATION, TRACE).forEach(MDC::remove);
    }
  }
}
