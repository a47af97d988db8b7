package io.rowledger.testkit;

import java.util.Map;

/** A {@link RowledgerStack} whose application logs in with the worker's role. */
public final class WorkerStack extends RowledgerStack {

  @Override
  Map<String, String> login() {
    return DatabaseRoles.settingsOfWorker(postgres(), database());
  }
}
