package io.rowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The workflows of GitHub keep rules, which notice when they are broken. */
class WorkflowsTest {

  static Iterable<Workflow> workflows() {
    return Workflow.all();
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void everyRuleIsKept(Workflow workflow) {
    assertThat(workflow.violations()).as(workflow.name()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pull_request: | pull_request_target: {} | nobody from outside runs with our rights
          contents: read | contents: write | a workflow may read the sources and nothing else
          permissions: | rights: | a workflow may read the sources and nothing else
          timeout-minutes: 45 | timeout-minutes: never | a job has an end: verify
          timeout-minutes: 45 | permissions: {contents: write} | a job writes only what it is known to: verify
          runs-on: ubuntu-24.04 | runs-on: ubuntu-latest | a runner has a version: verify
          actions/setup-java@v4 | actions/setup-java@main | an action has a version: actions/setup-java@main
          persist-credentials: false | fetch-depth: 1 | no token stays in the clone: verify
          progress verify | progress verify ${{ github.event.pull_request.title }} | a script gets what is foreign as a variable: verify
          verify -Pfull | verify -Pfool | a profile is there: fool
          progress verify | progress verify -Dt=${{ secrets.T }} | no secret of ours is needed: ./mvnw --batch-mode --no-transfer-progress verify -Dt=${{ secrets.T }}
          """)
  void aBrokenRuleIsCaught(String what, String broken, String violation) {
    String whole = Repository.read(".github/workflows/verify.yml");
    String changed = replaceFirst(whole, what, broken);

    assertThat(Workflow.parse("verify.yml", changed).violations()).contains(violation);
  }

  @Test
  void aMissingFileIsCaught() {
    String images =
        Repository.read(".github/workflows/images.yml").replace("Dockerfile.jvm", "Dockerfile.jdk");

    assertThat(Workflow.parse("images.yml", images).violations())
        .contains("a file is there: deploy/docker/Dockerfile.jdk");
  }

  /** The floor of the sources, the JVM of the images, and the long-term release between. */
  @Test
  void theGateRunsOnEveryJavaThatIsPromised() {
    JsonNode verify =
        Workflow.parse("verify.yml", Repository.read(".github/workflows/verify.yml")).json();
    Set<String> versions =
        Manifest.texts(verify.at("/jobs/verify/strategy/matrix/java")).collect(Collectors.toSet());

    assertThat(versions).containsExactlyInAnyOrder("17", "21", "25");
    assertThat(Repository.read("pom.xml"))
        .contains("<maven.compiler.release>17</maven.compiler.release>");
    assertThat(Repository.read("deploy/docker/Dockerfile.jvm")).contains(":25-jre");
  }

  private static String replaceFirst(String text, String what, String by) {
    int at = text.indexOf(what);
    assertThat(at).as(what).isNotNegative();
    return text.substring(0, at) + by + text.substring(at + what.length());
  }
}
