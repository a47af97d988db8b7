package io.rowledger.local;

import io.rowledger.testkit.FreePorts;
import io.rowledger.testkit.PackagedService;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Entry point: starts the stack, imports the samples, stays until told to go. */
final class Launcher {
  private static final int CALLERS_MISTAKE = 2;
  private static final Duration API_START = Duration.ofMinutes(2);

  private final Options options;
  private final DataDirectory directory;
  private final LocalStack stack;
  private boolean closed;

  private Launcher(Options options, DataDirectory directory, LocalStack stack) {
    this.options = options;
    this.directory = directory;
    this.stack = stack;
  }

  public static void main(String... arguments) throws InterruptedException {
    System.exit(run(arguments));
  }

  /** Runs and returns the exit code: 0, 1 for what went wrong here, 2 for the caller's mistake. */
  private static int run(String... arguments) throws InterruptedException {
    try {
      Options options = Options.parse(arguments);
      if (options.help()) {
        Console.line(Options.USAGE);
        return 0;
      }
      return open(options).runToEnd();
    } catch (CannotStart e) {
      System.err.println(e.getMessage());
      return CALLERS_MISTAKE;
    }
  }

  private static Launcher open(Options options) {
    if (options.httpPort() != 0 && !FreePorts.isFree(options.httpPort())) {
      throw new CannotStart(
          String.format(
              Locale.ROOT,
              "Port %d is taken; choose another with --http-port.",
              options.httpPort()));
    }
    Installation installation = Installation.ofThisJar();
    PackagedService api = installation.service("api-service", options.executables());
    PackagedService worker = installation.service("import-worker", options.executables());
    DataDirectory directory = DataDirectory.open(options.dataDir());
    return new Launcher(options, directory, new LocalStack(options, api, worker, directory));
  }

  private int runToEnd() throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-all"));
    Console.line("Starting PostgreSQL, Kafka and the services ...");
    stack.start();
    ApiClient api = new ApiClient(stack.url(), stack.apiKey());
    if (!becomesReady(api)) {
      System.err.println("The API did not start; see " + directory.log("api-service"));
      return 1;
    }
    Console.say(
        "READY url=%s apiKey=%s jdbc=%s kafka=%s",
        stack.url(), stack.apiKey(), stack.jdbcUrl(), stack.kafkaServers());
    int code = options.samples() ? importSamples(api) : 0;
    if (options.exit()) {
      return code;
    }
    Console.say("%nEverything is up. Logs: %s. Ctrl-C stops it.", directory.path("logs"));
    new CountDownLatch(1).await();
    return code;
  }

  private int importSamples(ApiClient api) throws InterruptedException {
    try {
      SampleImport.Result result = new SampleImport(api, directory.path("samples")).run();
      showCommands(result);
      return result.allCompleted() ? 0 : 1;
    } catch (IOException e) {
      System.err.println("The samples were not imported: " + e.getMessage());
      return 1;
    }
  }

  private void showCommands(SampleImport.Result result) {
    String curl = "curl -s -H 'Authorization: Bearer " + stack.apiKey() + "' ";
    Console.line("\nUpload it again (every row is now a duplicate, and skipped):");
    Console.say(
        "  %s-F file=@'%s' -F 'columnMapping=<%s' -F batchErrorHandling=continue_collect_errors %s/batch-import/import/transactions",
        curl, result.lastFile(), result.mappingFile(), stack.url());
    Console.line("Look at the job:");
    Console.say("  %s%s/batch-import/jobs/%s", curl, stack.url(), result.lastJobId());
    Console.line("Fetch its failures as CSV:");
    Console.say(
        "  %s%s/batch-import/transaction-jobs/%s/failures.csv",
        curl, stack.url(), result.lastJobId());
  }

  private static boolean becomesReady(ApiClient api) throws InterruptedException {
    long deadline = System.nanoTime() + API_START.toNanos();
    while (System.nanoTime() < deadline) {
      if (api.isReady()) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return false;
  }

  private synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    stack.close();
    directory.close();
  }
}
