package io.rowledger.core.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header {@code traceparent} of W3C Trace Context, version 00. */
public final class Traceparent {

  /** The name of the header, in Kafka as over HTTP. */
  public static final String HEADER = "traceparent";

  private static final Pattern FORM =
      Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

  private Traceparent() {}

  /** Of what this thread is just doing; null when nothing is traced. */
  public static @Nullable String current() {
    return of(Span.current().getSpanContext());
  }

  /** Null when the span is not recorded: a trace that nobody can look up leads nowhere. */
  public static @Nullable String of(SpanContext span) {
    return span.isValid() && span.isSampled()
        ? "00-%s-%s-%s".formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex())
        : null;
  }

  /**
   * A context in which spans are children of the one that was written down. Empty, so that spans
   * begin traces of their own, when there is none or it cannot be read.
   */
  public static Context parent(@Nullable String traceparent) {
    Matcher parts = FORM.matcher(traceparent == null ? "" : traceparent);
    if (!parts.matches()) {
      return Context.root();
    }
    SpanContext remote =
        SpanContext.createFromRemoteParent(
            parts.group(1),
            parts.group(2),
            TraceFlags.fromHex(parts.group(3), 0),
            TraceState.getDefault());
    return Context.root().with(Span.wrap(remote));
  }
}
