package io.rowledger.api;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.rowledger.api.connection.ConnectionInitializer;
import io.rowledger.core.startup.OrderlyStop;
import java.util.Locale;

/**
 * Where the process begins, for what has to be right before anything else is. The locale: libraries
 * below us change the case of names in the machine's language, and where that is Turkish {@code
 * KAFKA_SECURITY_PROTOCOL} is no setting any more, and rows travel in the clear. And the guard on
 * connections, which Netty looks for once.
 */
@QuarkusMain
public class ApiMain {

  public static void main(String... arguments) {
    Locale.setDefault(Locale.ROOT);
    System.setProperty(ConnectionInitializer.SWITCH, ConnectionInitializer.ON);
    OrderlyStop.endsWithZero();
    Quarkus.run(arguments);
  }
}
