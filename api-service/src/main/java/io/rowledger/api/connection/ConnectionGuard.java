package io.rowledger.api.connection;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.channels.ClosedChannelException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection of HTTP/1.1 between its codec and the server. Ends it when the client is
 * too slow, and answers what is no HTTP with the body that all refusals have. All of it happens on
 * the connection's event loop.
 */
final class ConnectionGuard extends ChannelDuplexHandler {

  private static final Logger LOG = Logger.getLogger(ConnectionGuard.class);

  /** A client that is still sending would lose the answer if the connection broke at once. */
  private static final long LINGER_MILLIS = 500;

  private final ConnectionRules rules;
  private @Nullable ScheduledFuture<?> timer;

  private boolean first = true;
  private boolean refused;

  /** The body of the latest request is still coming. */
  private boolean receiving;

  private boolean answerBegun;
  private int unanswered;
  private String path = "/";
  private long bodyBytes;
  private int bodyTicks;
  private int waitingTicks;
  private int unreadTicks;
  private int drainTicks;

  ConnectionGuard(ConnectionRules rules) {
    this.rules = rules;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    timer =
        context
            .executor()
            .scheduleWithFixedDelay(
                () -> tick(context), rules.tick(), rules.tick(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (refused) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      refuseBroken(context, part.decoderResult());
      return;
    }
    if (message instanceof HttpRequest request) {
      begin(request);
    }
    if (message instanceof HttpContent content) {
      bodyBytes += content.content().readableBytes();
      if (content instanceof LastHttpContent) {
        receiving = false;
        waitingTicks = 0;
      }
    }
    context.fireChannelRead(message);
  }

  private void begin(HttpRequest request) {
    first = false;
    receiving = true;
    unanswered++;
    answerBegun = answerBegun && unanswered > 1;
    bodyBytes = 0;
    bodyTicks = 0;
    drainTicks = 0;
    String uri = request.uri();
    int query = uri.indexOf('?');
    path = query < 0 ? uri : uri.substring(0, query);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (refused) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    boolean interim =
        message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (!interim && message instanceof HttpResponse) {
      answerBegun = true;
    }
    if (!interim && message instanceof LastHttpContent) {
      answerBegun = false;
      unanswered--;
      waitingTicks = 0;
    }
    var unused = context.write(message, promise);
  }

  private void tick(ChannelHandlerContext context) {
    if (refused || !context.channel().isActive()) {
      return;
    }
    if (context.channel().isWritable()) {
      unreadTicks = 0;
    } else if (++unreadTicks > rules.write()) {
      cut(context, "does not read its answer");
      return;
    }
    if (receiving && unanswered <= 0) {
      if (++drainTicks > rules.drain()) {
        cut(context, "still sends what was answered already");
      }
    } else if (receiving) {
      // While this service does not read, the client cannot send.
      bodyTicks += context.channel().config().isAutoRead() ? 1 : 0;
      if (bodyBytes < (bodyTicks - rules.bodyGrace()) * rules.bodyBytesPerTick()
          || (bodyTicks > rules.bodyGrace() && bodyBytes == 0)) {
        refuse(context, 408, "The body comes too slowly; the connection is closed.");
      }
    } else if (unanswered <= 0 && ++waitingTicks > (first ? rules.head() : rules.keepAlive())) {
      if (first) {
        refuse(context, 408, "No whole request came in time; the connection is closed.");
      } else {
        cut(context, "sends no further request");
      }
    }
  }

  private void refuseBroken(ChannelHandlerContext context, DecoderResult result) {
    Throwable cause = result.cause();
    if (cause instanceof TooLongHttpLineException) {
      refuse(context, 414, "The path and query of the request are too long.");
    } else if (cause instanceof TooLongHttpHeaderException) {
      refuse(context, 431, "The headers of the request are too large.");
    } else {
      refuse(
          context,
          400,
          "This is no HTTP/1.1 request: its first line, a header or a chunk is malformed.");
    }
  }

  private void refuse(ChannelHandlerContext context, int status, String detail) {
    if (answerBegun || unanswered > 1) {
      // Another answer is half out: whatever is written now would be read as a part of it.
      cut(context, detail);
      return;
    }
    refused = true;
    String requestId = UUID.randomUUID().toString();
    LOG.debugf("%s: refused with %d, %s", requestId, status, detail);
    byte[] body = rules.problems().body(status, detail, path, requestId);
    FullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.wrappedBuffer(body));
    rules.problems().headers(requestId).forEach(answer.headers()::set);
    answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    answer.headers().set(HttpHeaderNames.CONNECTION, "close");
    var unused = context.writeAndFlush(answer).addListener(written -> closeSoon(context));
    // Read on, so that the client can finish sending and sees the answer.
    context.channel().config().setAutoRead(true);
  }

  private static void closeSoon(ChannelHandlerContext context) {
    var unused =
        context
            .executor()
            .schedule(
                () -> {
                  var unusedToo = context.close();
                },
                LINGER_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  private void cut(ChannelHandlerContext context, String why) {
    refused = true;
    LOG.debugf("Closing a connection from %s, which %s", context.channel().remoteAddress(), why);
    var unused = context.close();
  }
}
