package io.rowledger.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.event.JobEventType;
import io.rowledger.core.job.JobTransitions.Command;
import io.rowledger.core.job.JobTransitions.State;
import io.rowledger.core.sql.Tx;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every move of a job as a line: the row before, what happens, the row after. */
class LeaseMovesTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final LeaseRepository leases = new LeaseRepository();
  private final ControlRepository control = new ControlRepository();
  private final ErasureRepository erasures = new ErasureRepository();
  private OrgId organization = new OrgId(UUID.randomUUID());

  @BeforeEach
  void forgetOtherJobs() {
    DATABASE.clear();
    organization = DATABASE.organization();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          BEFORE                                       | COMMAND                  | AFTER
          queued/queued free f0 0/2 0+0+0 a0           | claim                    | running/processing held f1 0/2 0+0+0 a0
          running/processing free f4 1/2 9+1+0 a2      | claim                    | running/processing held f5 1/2 9+1+0 a2
          running/validating free f4 1/2 0+1+0 a2      | claim                    | running/validating held f5 1/2 0+1+0 a2
          running/applying free f4 0/2 0+0+0 a2        | claim                    | running/applying held f5 0/2 0+0+0 a2
          running/processing held f4 1/2 9+1+0 a2      | claim                    | refused
          completed/done free f4 2/2 18+1+1 a0         | claim                    | refused
          running/processing held f4 1/2 9+1+0 a2      | heartbeat f4             | running/processing held f4 1/2 9+1+0 a2
          running/processing held f4 1/2 9+1+0 a2      | heartbeat f3             | refused
          running/processing held f4 1/2 9+1+0 a2      | heartbeat f5             | refused
          running/processing free f4 1/2 9+1+0 a2      | heartbeat f4             | refused
          running/processing held f4 0/2 0+0+0 a3      | advance f4 0 1 7+2+1     | running/processing held f4 1/2 7+2+1 a0
          running/processing held f4 1/2 7+2+1 a0      | advance f4 1 2 10+0+0    | running/processing held f4 2/2 17+2+1 a0
          running/processing held f4 0/5 0+0+0 a0      | advance f4 0 3 30+0+0    | running/processing held f4 3/5 30+0+0 a0
          running/processing held f4 1/2 7+2+1 a1      | advance f4 0 1 7+2+1     | refused
          running/processing held f4 0/2 0+0+0 a1      | advance f4 1 2 10+0+0    | refused
          running/processing held f4 0/2 0+0+0 a1      | advance f3 0 1 10+0+0    | refused
          running/processing free f4 0/2 0+0+0 a1      | advance f4 0 1 10+0+0    | refused
          cancelled/done free f4 0/2 0+0+0 a1          | advance f4 0 1 10+0+0    | refused
          running/validating held f4 0/2 0+0+0 a1      | advance f4 0 1 0+3+0     | running/validating held f4 1/2 0+3+0 a0
          running/applying held f4 0/2 0+0+0 a1        | advance f4 0 2 20+0+0    | running/applying held f4 2/2 20+0+0 a0
          running/validating held f4 2/2 0+0+0 a1      | enter f4 validating applying | running/applying held f4 0/2 0+0+0 a0
          running/validating held f4 2/2 0+0+0 a1      | enter f3 validating applying | refused
          running/applying held f4 0/2 0+0+0 a1        | enter f4 validating applying | refused
          running/processing held f4 2/2 15+4+1 a0     | complete f4              | completed/done free f5 2/2 15+4+1 a0
          running/processing held f4 1/2 10+0+0 a0     | complete f4              | refused
          running/processing held f4 2/2 20+0+0 a0     | complete f3              | refused
          running/processing free f4 2/2 20+0+0 a0     | complete f4              | refused
          running/processing held f4 1/3 10+0+0 a0     | stop f4 1 2 4+1+0        | completed/done free f5 2/3 14+1+0 a0
          running/processing held f4 1/3 10+0+0 a0     | stop f4 0 1 4+1+0        | refused
          running/processing held f4 1/3 10+0+0 a0     | stop f3 1 2 4+1+0        | refused
          running/validating held f4 2/2 0+3+0 a0      | fail f4 0                | failed/done free f5 2/2 0+3+0 a0
          running/applying held f4 0/2 0+0+0 a0        | fail f4 2                | failed/done free f5 0/2 0+2+0 a0
          running/applying held f4 0/2 0+0+0 a0        | fail f3 2                | refused
          running/processing held f4 1/2 9+1+0 a4      | interrupt f4             | interrupted/done free f5 1/2 9+1+0 a4
          running/processing held f4 1/2 9+1+0 a4      | interrupt f3             | refused
          running/processing held f4 1/2 9+1+0 a4      | release f4               | running/processing free f5 1/2 9+1+0 a4
          running/processing held f4 1/2 9+1+0 a4      | release-counted f4       | running/processing free f5 1/2 9+1+0 a5
          running/processing held f4 1/2 9+1+0 a4      | release f3               | refused
          running/processing free f4 1/2 9+1+0 a4      | release f4               | refused
          queued/queued free f0 0/2 0+0+0 a0           | cancel                   | cancelled/done free f1 0/2 0+0+0 a0
          running/processing free f4 1/2 9+1+0 a4      | cancel                   | cancelled/done free f5 1/2 9+1+0 a4
          running/processing held f4 1/2 9+1+0 a4      | cancel                   | cancelled/done free f5 1/2 9+1+0 a4
          running/validating held f4 1/2 0+1+0 a4      | cancel                   | cancelled/done free f5 1/2 0+1+0 a4
          completed/done free f4 2/2 20+0+0 a0         | cancel                   | refused
          failed/done free f4 0/2 0+2+0 a0             | cancel                   | refused
          cancelled/done free f4 0/2 0+0+0 a0          | cancel                   | refused
          interrupted/done free f4 0/2 0+0+0 a0        | cancel                   | refused
          running/processing paused f4 1/2 9+1+0 a4    | cancel                   | cancelled/done free f5 1/2 9+1+0 a4
          queued/queued paused f1 0/2 0+0+0 a0         | cancel                   | cancelled/done free f2 0/2 0+0+0 a0
          queued/queued free f0 0/2 0+0+0 a0           | pause                    | queued/queued paused f1 0/2 0+0+0 a0
          running/processing held f4 1/2 9+1+0 a4      | pause                    | running/processing paused f5 1/2 9+1+0 a4
          running/validating held f4 1/2 0+1+0 a4      | pause                    | running/validating paused f5 1/2 0+1+0 a4
          running/applying held f4 0/2 0+0+0 a4        | pause                    | running/applying paused f5 0/2 0+0+0 a4
          running/processing free f4 1/2 9+1+0 a4      | pause                    | running/processing paused f5 1/2 9+1+0 a4
          running/processing paused f4 1/2 9+1+0 a4    | pause                    | refused
          completed/done free f4 2/2 20+0+0 a0         | pause                    | refused
          running/processing paused f4 1/2 9+1+0 a4    | resume                   | running/processing free f4 1/2 9+1+0 a4
          queued/queued paused f1 0/2 0+0+0 a0         | resume                   | queued/queued free f1 0/2 0+0+0 a0
          running/processing free f4 1/2 9+1+0 a4      | resume                   | refused
          running/processing held f4 1/2 9+1+0 a4      | resume                   | refused
          cancelled/done free f4 0/2 0+0+0 a0          | resume                   | refused
          running/processing paused f4 1/2 9+1+0 a4    | claim                    | refused
          running/processing paused f4 1/2 10+0+0 a4   | advance f4 1 2 10+0+0    | refused
          running/processing paused f4 1/2 9+1+0 a4    | heartbeat f4             | refused
          running/processing paused f4 2/2 20+0+0 a4   | complete f4              | refused
          running/processing paused f4 1/2 9+1+0 a4    | release f4               | refused
          queued/queued free f0 0/2 0+0+0 a0           | lose-dependency          | failed/done free f1 0/2 0+0+0 a0
          queued/queued paused f1 0/2 0+0+0 a0         | lose-dependency          | failed/done free f2 0/2 0+0+0 a0
          running/processing free f4 1/2 9+1+0 a4      | lose-dependency          | refused
          cancelled/done free f4 0/2 0+0+0 a0          | lose-dependency          | refused
          queued/queued free f0 0/2 0+0+0 a0           | expire                   | interrupted/done free f1 0/2 0+0+0 a0
          queued/queued paused f1 0/2 0+0+0 a0         | expire                   | interrupted/done free f2 0/2 0+0+0 a0
          running/processing paused f4 1/2 9+1+0 a4    | expire                   | interrupted/done free f5 1/2 9+1+0 a4
          running/processing held f4 1/2 9+1+0 a4      | expire                   | refused
          completed/done free f4 2/2 20+0+0 a0         | expire                   | refused
          """)
  void movesAsTheTableSays(String before, String command, String after) {
    JobRow start = JobRow.parse(before);
    JobId id = start.insert(DATABASE, organization);

    boolean moved = DATABASE.database().transaction(tx -> run(tx, id, command));

    boolean refused = after.equals("refused");
    assertThat(moved).isEqualTo(!refused);
    assertThat(JobRow.read(DATABASE, id)).hasToString(refused ? start.toString() : after);
  }

  private boolean run(Tx tx, JobId id, String command) {
    String[] words = command.split(" ", -1);
    Lease lease =
        new Lease(id, words.length > 1 ? Long.parseLong(words[1].substring(1)) : Long.MIN_VALUE);
    return switch (words[0]) {
      case "claim" -> leases.claim(tx, "me", JobRow.nobody(), LEASE, false, 1).isPresent();
      case "heartbeat" -> leases.heartbeat(tx, lease, LEASE);
      case "advance" ->
          leases
              .advance(tx, lease, number(words[2]), number(words[3]), counts(words[4]), LEASE)
              .isPresent();
      case "stop" ->
          leases
              .stopEarly(tx, lease, number(words[2]), number(words[3]), counts(words[4]))
              .isPresent();
      case "enter" ->
          leases.enter(tx, lease, JobPhase.ofWireName(words[2]), JobPhase.ofWireName(words[3]));
      case "complete" -> leases.complete(tx, lease).isPresent();
      case "fail" -> leases.fail(tx, lease, rolledBack(), number(words[2])).isPresent();
      case "interrupt" -> leases.interrupt(tx, lease, "ROWS_EXPIRED", "gone").isPresent();
      case "release" -> leases.release(tx, lease, Duration.ZERO, false);
      case "release-counted" -> leases.release(tx, lease, Duration.ZERO, true);
      case "cancel" -> control.cancel(tx, organization, id, "somebody").isPresent();
      case "pause" -> control.pause(tx, organization, id).isPresent();
      case "resume" -> control.resume(tx, organization, id).isPresent();
      case "lose-dependency" -> loseDependency(tx, id);
      case "expire" -> expire(tx, id);
      default -> throw new IllegalArgumentException(command);
    };
  }

  private boolean expire(Tx tx, JobId id) {
    UUID upload =
        tx.queryOne(
                "SELECT upload_id FROM import_job WHERE id = ?",
                row -> row.getObject(1, UUID.class),
                id.value())
            .orElseThrow();
    return !erasures.expire(tx, organization, upload).isEmpty();
  }

  private boolean loseDependency(Tx tx, JobId id) {
    JobId dependency =
        JobRow.parse("failed/done free f4 0/2 0+2+0 a0").insert(DATABASE, organization);
    tx.update("UPDATE import_job SET after_job = ? WHERE id = ?", dependency.value(), id.value());
    return !control.failDependents(tx, 10).isEmpty();
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }

  private static Counts counts(String text) {
    return JobRow.parse("x/x free f0 0/1 " + text + " a0").counts();
  }

  private static JobFailure rolledBack() {
    return new JobFailure(JobFailure.Code.ROLLED_BACK, "undone");
  }

  static Stream<Arguments> everyStateAndCommand() {
    return Stream.concat(
            Arrays.stream(JobStatus.values()).map(status -> new State(status, false)),
            Stream.of(
                new State(JobStatus.RUNNING, true),
                new State(JobStatus.RUNNING, false, true),
                new State(JobStatus.QUEUED, false, true)))
        .flatMap(
            state -> Arrays.stream(Command.values()).map(command -> Arguments.of(state, command)));
  }

  /** The SQL knows the right fence here, so what refuses is the state alone. */
  @ParameterizedTest
  @MethodSource("everyStateAndCommand")
  void theSqlDoesWhatTheStateMachineSays(State state, Command command) {
    JobRow before = JobRow.of(state);
    if (command == Command.COMPLETE && !state.status().terminal()) {
      before = JobRow.parse(before.toString().replace(" 0/2 0+0+0", " 2/2 20+0+0"));
    }
    JobId id = before.insert(DATABASE, organization);

    boolean moved =
        DATABASE
            .database()
            .transaction(
                tx ->
                    run(
                        tx,
                        id,
                        switch (command) {
                          case CLAIM -> "claim";
                          case RELEASE -> "release f7";
                          case ADVANCE -> "advance f7 0 1 10+0+0";
                          case COMPLETE -> "complete f7";
                          case FAIL -> "fail f7 0";
                          case PAUSE -> "pause";
                          case RESUME -> "resume";
                          case CANCEL -> "cancel";
                          case LOSE_DEPENDENCY -> "lose-dependency";
                          case INTERRUPT -> "interrupt f7";
                          case EXPIRE -> "expire";
                        }));

    Optional<State> expected = JobTransitions.after(state, command);
    JobRow after = JobRow.read(DATABASE, id);
    assertThat(moved).isEqualTo(expected.isPresent());
    assertThat(after.state()).isEqualTo(expected.orElse(state));
    boolean handsTheRightOn = command != Command.ADVANCE && command != Command.RESUME;
    assertThat(after.fence()).isEqualTo(moved && handsTheRightOn ? 8 : 7);
  }

  @Test
  void anotherOrganizationCannotCancel() {
    JobId id = DATABASE.job(organization, 1);
    OrgId other = DATABASE.organization();

    Optional<JobView> cancelled =
        DATABASE.database().transaction(tx -> control.cancel(tx, other, id, "stranger"));

    assertThat(cancelled).isEmpty();
    assertThat(DATABASE.view(organization, id).status()).isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void aCancelledJobSaysByWhomAndWhen() {
    JobId id = DATABASE.job(organization, 1);

    JobView cancelled =
        DATABASE
            .database()
            .transaction(tx -> control.cancel(tx, organization, id, "ann").orElseThrow());

    assertThat(cancelled.cancelledBy()).isEqualTo("ann");
    assertThat(cancelled.completedAt()).isNotNull();
    assertThat(cancelled.unprocessed()).isEqualTo(10);
    assertThat(cancelled.outcome()).isEqualTo("none");
  }

  @Test
  void anInterruptedJobSaysWhyToItsOwnerAndToUs() {
    JobId id =
        JobRow.parse("running/processing held f4 1/2 9+1+0 a4").insert(DATABASE, organization);

    JobView view =
        DATABASE
            .database()
            .transaction(
                tx -> leases.interrupt(tx, new Lease(id, 4), "ROWS_EXPIRED", "gone").orElseThrow());

    assertThat(view.workerError()).isEqualTo("ROWS_EXPIRED: gone");
    assertThat(JobJson.of(view).at("/metadata/apiError/code").textValue())
        .isEqualTo("ROWS_EXPIRED");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ROLLED_BACK")
  void aFailedJobSaysWhyAndKeepsWhatIsIn(JobFailure.Code code) {
    JobId id =
        JobRow.parse("running/processing held f4 1/2 9+1+0 a4").insert(DATABASE, organization);

    JobView failed =
        DATABASE
            .database()
            .transaction(
                tx ->
                    leases
                        .fail(tx, new Lease(id, 4), new JobFailure(code, "why"), 0)
                        .orElseThrow());

    assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
    assertThat(JobEventType.ofEnd(failed.status())).isEqualTo(JobEventType.FAILED);
    assertThat(JobJson.forEvent(failed).at("/jobFailure/code").textValue()).isEqualTo(code.name());
    assertThat(failed.counts()).isEqualTo(new Counts(9, 1, 0));
    assertThat(failed.unprocessed()).isEqualTo(10);
  }

  @Test
  void theSameChunkIsCountedOnceEvenInsideOneTransaction() {
    JobId id =
        JobRow.parse("running/processing held f4 0/2 0+0+0 a0").insert(DATABASE, organization);
    Lease lease = new Lease(id, 4);
    Counts counts = new Counts(10, 0, 0);

    boolean second =
        DATABASE
            .database()
            .transaction(
                tx -> {
                  assertThat(leases.advance(tx, lease, 0, 1, counts, LEASE)).isPresent();
                  return leases.advance(tx, lease, 0, 1, counts, LEASE).isPresent();
                });

    assertThat(second).isFalse();
    assertThat(DATABASE.view(organization, id).counts()).isEqualTo(counts);
  }
}
