package io.rowledger.local;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command line, checked. */
record Options(
    int httpPort,
    @Nullable Path dataDir,
    @Nullable String apiKey,
    int workers,
    boolean samples,
    boolean exit,
    boolean help,
    boolean executables,
    List<String> apiJvm,
    List<String> workerJvm) {

  static final String USAGE =
      """
      Usage: java -jar rowledger-local.jar [options]

      Starts PostgreSQL, Kafka, one api-service and the import-workers on this machine,
      imports the samples and stays up until Ctrl-C.

        --http-port N           port of the API (8080; 0 takes a free one)
        --data-dir D            keep everything here, across runs (a temporary directory)
        --api-key K             the key of the first organisation (generated: rl_local_...)
        --workers N             import-workers, 0 to 16 (1)
        --no-samples            do not import the samples
        --exit                  stop after the samples
        --native                start the native executables (built with -Pnative)
        --api-heap SIZE         -Xmx of the api-service, such as 128m
        --worker-heap SIZE      -Xmx of each import-worker
        --api-java-opts "..."   more JVM options of the api-service
        --worker-java-opts "..."  more JVM options of each import-worker
        --help                  this text
      """;

  private static final int MOST_WORKERS = 16;

  /**
   * Reads the command line.
   *
   * @throws CannotStart when an option is unknown, incomplete or out of range
   */
  static Options parse(String... arguments) {
    Parser parser = new Parser(arguments);
    while (parser.hasNext()) {
      parser.readOption();
    }
    return parser.options();
  }

  private static final class Parser {
    private final Deque<String> rest;
    private int httpPort = 8080;
    private @Nullable Path dataDir;
    private @Nullable String apiKey;
    private int workers = 1;
    private boolean samples = true;
    private boolean exit;
    private boolean help;
    private boolean executables;
    private final List<String> apiJvm = new java.util.ArrayList<>();
    private final List<String> workerJvm = new java.util.ArrayList<>();

    Parser(String... arguments) {
      rest = new ArrayDeque<>(List.of(arguments));
    }

    boolean hasNext() {
      return !rest.isEmpty();
    }

    void readOption() {
      String option = rest.removeFirst();
      switch (option) {
        case "--http-port" -> httpPort = number(option, 0, 65_535);
        case "--data-dir" -> dataDir = path(option);
        case "--api-key" -> apiKey = key(option);
        case "--workers" -> workers = number(option, 0, MOST_WORKERS);
        case "--no-samples" -> samples = false;
        case "--exit" -> exit = true;
        case "--native" -> executables = true;
        case "--api-heap" -> apiJvm.add("-Xmx" + heap(option));
        case "--worker-heap" -> workerJvm.add("-Xmx" + heap(option));
        case "--api-java-opts" -> apiJvm.addAll(words(option));
        case "--worker-java-opts" -> workerJvm.addAll(words(option));
        case "--help", "-h" -> help = true;
        default -> throw new CannotStart("Unknown option " + option + "; --help lists them.");
      }
    }

    Options options() {
      return new Options(
          httpPort,
          dataDir,
          apiKey,
          workers,
          samples,
          exit,
          help,
          executables,
          List.copyOf(apiJvm),
          List.copyOf(workerJvm));
    }

    private String value(String option) {
      String value = rest.pollFirst();
      if (value == null || value.isBlank()) {
        throw new CannotStart("Option " + option + " needs a value; --help explains it.");
      }
      return value;
    }

    private int number(String option, int least, int most) {
      String value = value(option);
      try {
        int number = Integer.parseInt(value);
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw new CannotStart("Option " + option + " needs a number, not " + value + ".", e);
      }
      throw new CannotStart(
          "Option " + option + " must be " + least + " to " + most + ", not " + value + ".");
    }

    private Path path(String option) {
      String value = value(option);
      try {
        return Path.of(value).toAbsolutePath().normalize();
      } catch (InvalidPathException e) {
        throw new CannotStart("Option " + option + " needs a directory, not " + value + ".", e);
      }
    }

    private String key(String option) {
      String value = value(option);
      if (!value.matches("rl_[a-z0-9]+_[A-Za-z0-9_-]{43,}")) {
        throw new CannotStart(
            "Option " + option + " needs rl_<environment>_<43 or more url-safe characters>.");
      }
      return value;
    }

    private String heap(String option) {
      String value = value(option);
      if (!value.matches("[1-9][0-9]*[kKmMgG]?")) {
        throw new CannotStart("Option " + option + " needs a size such as 128m, not " + value);
      }
      return value;
    }

    private List<String> words(String option) {
      return List.of(value(option).strip().split("\\s+", -1));
    }
  }
}
