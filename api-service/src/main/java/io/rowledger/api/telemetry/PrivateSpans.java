package io.rowledger.api.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Takes out of the spans of requests what says more than their route does: paths and queries hold
 * keys of records, and addresses are those of people. The route stays.
 */
@Singleton
class PrivateSpans implements SpanProcessor {

  static final String LEFT_OUT = "-";

  static final List<AttributeKey<String>> TOO_MUCH =
      List.of(
          AttributeKey.stringKey("url.path"),
          AttributeKey.stringKey("url.query"),
          AttributeKey.stringKey("url.full"),
          AttributeKey.stringKey("client.address"),
          AttributeKey.stringKey("network.peer.address"),
          AttributeKey.stringKey("user_agent.original"));

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {
    for (AttributeKey<String> key : TOO_MUCH) {
      if (span.getAttribute(key) != null) {
        span.setAttribute(key, LEFT_OUT);
      }
    }
  }

  @Override
  public boolean isStartRequired() {
    return true;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    // It is too late to change anything.
  }

  @Override
  public boolean isEndRequired() {
    return false;
  }
}
