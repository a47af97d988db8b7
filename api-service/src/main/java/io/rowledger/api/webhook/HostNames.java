package io.rowledger.api.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up the addresses of a host. */
@FunctionalInterface
interface HostNames {

  /** All addresses, at least one. */
  List<InetAddress> addresses(String host) throws UnknownHostException;
}
