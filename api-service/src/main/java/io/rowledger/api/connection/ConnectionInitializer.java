package io.rowledger.api.connection;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ServerChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a guard on every connection that the HTTP server takes. Neither Quarkus nor Vert.x lets an
 * application near a connection before its first request is there, and that may never come; this is
 * Netty's own door for it, found by {@code ServiceLoader} when the process was started with {@link
 * #SWITCH}.
 */
@RegisterForReflection
public final class ConnectionInitializer extends ChannelInitializerExtension {

  /** The system property that has Netty look for extensions, to be set before its first use. */
  public static final String SWITCH = EXTENSIONS_SYSTEM_PROPERTY;

  /** The value of {@link #SWITCH}. */
  public static final String ON = "serviceload";

  private static final String CODEC = "httpEncoder";
  private static final String TLS = "ssl";

  private static final Set<ServerChannel> LISTENING = ConcurrentHashMap.newKeySet();

  private static volatile @Nullable ConnectionRules rules;

  /** Sets what new connections are held to. */
  static void use(ConnectionRules newRules) {
    rules = newRules;
  }

  /** From now on new connections are refused by the system; those that are there stay. */
  static void stopListening() {
    LISTENING.forEach(channel -> channel.close().awaitUninterruptibly());
  }

  @Override
  public void postInitializeServerListenerChannel(ServerChannel channel) {
    LISTENING.add(channel);
    var unused = channel.closeFuture().addListener(closed -> LISTENING.remove(channel));
  }

  @Override
  public void postInitializeServerChildChannel(Channel channel) {
    ConnectionRules now = rules;
    if (now != null) {
      channel.pipeline().addFirst(new AtStart(now));
    }
  }

  /** In clear text the codec is there when the channel becomes active. */
  private static final class AtStart extends ChannelInboundHandlerAdapter {

    private final ConnectionRules rules;

    AtStart(ConnectionRules rules) {
      this.rules = rules;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      ChannelPipeline pipeline = context.pipeline();
      if (pipeline.get(TLS) == null) {
        install(pipeline, rules);
      } else {
        pipeline.addAfter(TLS, null, new AfterHandshake(rules));
      }
      context.fireChannelActive();
      pipeline.remove(this);
    }
  }

  /** With TLS the server adds its codec when it hears of the handshake's end. */
  private static final class AfterHandshake extends ChannelInboundHandlerAdapter {

    private final ConnectionRules rules;

    AfterHandshake(ConnectionRules rules) {
      this.rules = rules;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      context.fireUserEventTriggered(event);
      if (event instanceof SslHandshakeCompletionEvent) {
        install(context.pipeline(), rules);
        context.pipeline().remove(this);
      }
    }
  }

  private static void install(ChannelPipeline pipeline, ConnectionRules rules) {
    // Not there when HTTP/2 was switched on and agreed on, or when the handshake failed.
    if (pipeline.get(CODEC) != null) {
      pipeline.addAfter(CODEC, null, new ConnectionGuard(rules));
    }
  }
}
