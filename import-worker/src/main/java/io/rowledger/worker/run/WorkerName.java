package io.rowledger.worker.run;

import jakarta.inject.Singleton;
import java.util.UUID;

/** Names this process in the leases it holds: a reader of the table can find it in the logs. */
@Singleton
class WorkerName {

  private final String value =
      "worker-"
          + ProcessHandle.current().pid()
          + "-"
          + UUID.randomUUID().toString().substring(0, 8);

  String value() {
    return value;
  }
}
