package io.rowledger.api.connection;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.rowledger.api.problem.EdgeProblem;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Hands the configuration to {@link ConnectionInitializer}, before the first connection comes. */
@Singleton
class ConnectionGuards {

  void start(@Observes StartupEvent event, ConnectionConfig config, EdgeProblem problems) {
    ConnectionInitializer.use(ConnectionRules.of(config, problems));
  }

  /**
   * Before requests in progress are waited for: while new ones keep coming there is always one in
   * progress, and the last of them would be cut off.
   */
  void stop(@Observes ShutdownDelayInitiatedEvent event) {
    ConnectionInitializer.stopListening();
  }
}
