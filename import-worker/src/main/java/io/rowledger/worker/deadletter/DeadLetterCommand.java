package io.rowledger.worker.deadletter;

import io.quarkus.runtime.QuarkusApplication;
import io.rowledger.worker.deadletter.Replays.Outcome;
import jakarta.enterprise.context.Dependent;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What an operator types. Results go to standard output, one line each; logs to standard error. */
@Dependent
public class DeadLetterCommand implements QuarkusApplication {

  private static final int DONE = 0;
  private static final int NOT_ALL = 1;

  private final Replays replays;

  DeadLetterCommand(Replays replays) {
    this.replays = replays;
  }

  @Override
  public int run(String... words) {
    List<String> all = Arrays.asList(words);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    return run(Arguments.parse(all.subList(1, all.size())), out);
  }

  int run(Arguments arguments, PrintStream out) {
    return arguments.replay() ? replay(arguments, out) : list(out);
  }

  private int list(PrintStream out) {
    List<Letter> letters = replays.letters();
    letters.forEach(letter -> out.println(letter.line()));
    long waiting = letters.stream().filter(letter -> letter.replayedAt() == null).count();
    out.printf("%d dead letters, %d of them not sent again yet.%n", letters.size(), waiting);
    return DONE;
  }

  private int replay(Arguments arguments, PrintStream out) {
    List<Outcome> outcomes =
        arguments.all() ? replays.replayAll() : replays.replay(arguments.ids());
    outcomes.forEach(outcome -> out.println(outcome.id() + "  " + outcome.words()));
    long sent = outcomes.stream().filter(Outcome::sent).count();
    out.printf("%d of %d sent again.%n", sent, outcomes.size());
    // With --all, what cannot be sent again was not asked for by name.
    return arguments.all() || sent == outcomes.size() ? DONE : NOT_ALL;
  }
}
