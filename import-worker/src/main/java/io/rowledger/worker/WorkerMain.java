package io.rowledger.worker;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Locale;

/**
 * Where the process begins. Its one duty is the locale: libraries below us change the case of names
 * in the machine's language, and where that is Turkish {@code KAFKA_SECURITY_PROTOCOL} is no
 * setting any more, and rows travel in the clear.
 */
@QuarkusMain
public class WorkerMain {

  public static void main(String... arguments) {
    Locale.setDefault(Locale.ROOT);
    Quarkus.run(arguments);
  }
}
