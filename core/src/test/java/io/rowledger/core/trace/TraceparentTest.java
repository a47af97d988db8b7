package io.rowledger.core.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  @Test
  void whatIsWrittenDownIsReadAgain() {
    String written = Traceparent.of(span(TraceFlags.getSampled()));

    assertThat(written).isEqualTo("00-" + TRACE + "-" + SPAN + "-01");
    SpanContext read = Span.fromContext(Traceparent.parent(written)).getSpanContext();
    assertThat(read.getTraceId()).isEqualTo(TRACE);
    assertThat(read.getSpanId()).isEqualTo(SPAN);
    assertThat(read.isSampled()).isTrue();
    assertThat(read.isRemote()).isTrue();
  }

  @Test
  void whatIsNotRecordedIsNotWrittenDown() {
    assertThat(Traceparent.of(span(TraceFlags.getDefault()))).isNull();
    assertThat(Traceparent.of(SpanContext.getInvalid())).isNull();
    assertThat(Traceparent.current()).isNull();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "nonsense", "00-0af7-b7ad-01", "00-" + TRACE + "-" + SPAN + "-zz"})
  void whatCannotBeReadIsNoParent(String traceparent) {
    assertThat(Span.fromContext(Traceparent.parent(traceparent)).getSpanContext().isValid())
        .isFalse();
  }

  private static SpanContext span(TraceFlags flags) {
    return SpanContext.create(TRACE, SPAN, flags, TraceState.getDefault());
  }
}
