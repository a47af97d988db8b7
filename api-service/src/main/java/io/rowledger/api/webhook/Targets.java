package io.rowledger.api.webhook;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Decides whether an endpoint may be called, and at which address. Whoever calls it must connect to
 * that very address: a name can mean another one a moment later.
 */
@ApplicationScoped
class Targets {

  /**
   * An endpoint that was looked up and found fit.
   *
   * @param address the one to connect to
   */
  record Resolved(TargetUrl url, InetAddress address) {}

  private final WebhooksConfig config;
  private final HostNames names;

  /** Looking up blocks, for as long as the system's resolver likes. */
  private final ExecutorService lookUps =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "webhook-look-up");
            thread.setDaemon(true);
            return thread;
          });

  @Inject
  Targets(WebhooksConfig config) {
    this(config, host -> List.of(InetAddress.getAllByName(host)));
  }

  Targets(WebhooksConfig config, HostNames names) {
    this.config = config;
    this.names = names;
  }

  void stop(@Observes ShutdownEvent event) {
    lookUps.shutdownNow();
  }

  /**
   * Checks the URL and every address of its host: one that is fit must not be the cover of another.
   *
   * @throws RefusedTargetException when nothing may be sent there
   */
  Resolved resolve(String text) throws RefusedTargetException {
    TargetUrl url;
    try {
      url = TargetUrl.parse(text, config.allowHttp());
    } catch (IllegalArgumentException e) {
      throw new RefusedTargetException(
          DeliveryError.TARGET_REFUSED, e.getMessage() == null ? "is no URL" : e.getMessage());
    }
    List<InetAddress> addresses = addresses(url.host());
    if (!config.allowPrivateTargets() && !addresses.stream().allMatch(AddressRules::isPublic)) {
      throw new RefusedTargetException(
          DeliveryError.TARGET_REFUSED, "must be a host in the public internet");
    }
    return new Resolved(url, addresses.get(0));
  }

  private List<InetAddress> addresses(String host) throws RefusedTargetException {
    Future<List<InetAddress>> lookUp = lookUps.submit(() -> names.addresses(host));
    try {
      return lookUp.get(config.lookUpTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      lookUp.cancel(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new RefusedTargetException(
        DeliveryError.UNKNOWN_HOST, "must name a host that can be looked up");
  }
}
