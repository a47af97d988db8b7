package io.rowledger.core.startup;

import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** What is known of one server's settings. Written by one thread, read by many. */
final class Verdict {

  private static final Logger LOG = Logger.getLogger(Verdict.class);

  private enum State {
    /** Nobody has looked yet. */
    OPEN,
    /** It does not answer. That is for others to cope with: it says nothing of its settings. */
    AWAY,
    REFUSED,
    /** It was as it should be. This is for ever: a process that works is not stopped. */
    PASSED
  }

  private record Known(State state, List<Finding> findings) {}

  private final String server;
  private volatile Known known = new Known(State.OPEN, List.of());

  Verdict(String server) {
    this.server = server;
  }

  boolean ready() {
    return known.state() == State.PASSED || known.state() == State.AWAY;
  }

  boolean passed() {
    return known.state() == State.PASSED;
  }

  List<Finding> refusals() {
    return known.state() == State.REFUSED ? known.findings() : List.of();
  }

  void away(Exception why) {
    if (known.state() == State.OPEN) {
      known = new Known(State.AWAY, List.of());
      LOG.warnf(
          "The settings of %s will be looked at when it answers: %s", server, why.getMessage());
    }
  }

  void found(List<Finding> findings) {
    Known before = known;
    State state = findings.isEmpty() || passed() ? State.PASSED : State.REFUSED;
    known = new Known(state, List.copyOf(findings));
    if (known.equals(before)) {
      return;
    }
    if (findings.isEmpty()) {
      LOG.infof("The settings of %s are as they should be, or allowed", server);
    } else if (state == State.REFUSED) {
      LOG.errorf("Not ready because of the settings of %s: %s", server, texts(findings));
    } else {
      LOG.errorf("Settings of %s have become dangerous: %s", server, texts(findings));
    }
  }

  private static String texts(List<Finding> findings) {
    return findings.stream()
        .map(
            finding ->
                "%s (or allow it: rowledger.startup.allow=%s)"
                    .formatted(finding.text(), finding.danger().wireName()))
        .collect(Collectors.joining("; "));
  }
}
