package io.rowledger.worker;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.rowledger.core.startup.OrderlyStop;
import io.rowledger.worker.deadletter.CommandLine;
import java.util.Locale;

/**
 * Where the process begins: as a worker, or with arguments as a command. The locale comes first:
 * libraries below us change the case of names in the machine's language, and where that is Turkish
 * {@code KAFKA_SECURITY_PROTOCOL} is no setting any more, and rows travel in the clear.
 */
@QuarkusMain
public class WorkerMain {

  public static void main(String... arguments) {
    Locale.setDefault(Locale.ROOT);
    if (arguments.length == 0) {
      OrderlyStop.endsWithZero();
      Quarkus.run();
    } else {
      CommandLine.run(arguments);
    }
  }
}
