package io.rowledger.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A workflow of GitHub and the rules that ours keep. Nothing here knows GitHub's schema: what it
 * would refuse is not found.
 *
 * @param name of the file
 */
record Workflow(String name, JsonNode json) {

  /** What a job may write to, and why; everything else is read. */
  private static final Map<String, Set<String>> MAY_WRITE =
      Map.of(
          "images.yml/push", Set.of("packages", "id-token", "attestations"),
          "release.yml/images", Set.of("packages", "id-token", "attestations"),
          "release.yml/publish", Set.of("contents", "id-token", "attestations"));

  /** A major version, a version or a digest: never a branch. */
  private static final Pattern PINNED =
      Pattern.compile("[\\w.-]+/[\\w./-]+@(?:v\\d+(?:\\.\\d+){0,2}|[0-9a-f]{40})");

  private static final Pattern PROFILES = Pattern.compile("\\s-P([\\w,-]+)");
  private static final Pattern FILES = Pattern.compile("(?<![\\w/])(deploy/docker/[\\w.]+|mvnw)");

  /** What somebody from outside chooses; in a script it would be run. */
  private static final Pattern FOREIGN =
      Pattern.compile("\\$\\{\\{[^}]*github\\.(?:event\\.|head_ref|ref_name|actor)[^}]*}}");

  static Workflow parse(String name, String yaml) {
    return new Workflow(name, Manifest.parse(yaml).get(0).json());
  }

  static List<Workflow> all() {
    return Repository.files(".github/workflows").stream()
        .map(file -> parse(file.getFileName().toString(), Repository.read(file)))
        .toList();
  }

  /** What is against the rules: the rule, and where. */
  List<String> violations() {
    List<String> found = new ArrayList<>();
    if (json.at("/on/pull_request_target").isObject()
        || json.path("on").has("pull_request_target")) {
      found.add("nobody from outside runs with our rights");
    }
    if (!json.path("permissions").toString().equals("{\"contents\":\"read\"}")) {
      found.add("a workflow may read the sources and nothing else");
    }
    json.path("jobs").properties().forEach(job -> check(job.getKey(), job.getValue(), found));
    return found;
  }

  private void check(String id, JsonNode job, List<String> found) {
    if (!MAY_WRITE.getOrDefault(name + "/" + id, Set.of()).containsAll(writes(job))) {
      found.add("a job writes only what it is known to: " + id);
    }
    if (!job.has("uses") && !job.path("timeout-minutes").isInt()) {
      found.add("a job has an end: " + id);
    }
    if (job.path("runs-on").asText().endsWith("-latest")) {
      found.add("a runner has a version: " + id);
    }
    for (JsonNode step : job.path("steps")) {
      String uses = step.path("uses").asText();
      if (!uses.isEmpty() && !PINNED.matcher(uses).matches()) {
        found.add("an action has a version: " + uses);
      }
      if (uses.startsWith("actions/checkout@")
          && !step.at("/with/persist-credentials").asText().equals("false")) {
        found.add("no token stays in the clone: " + id);
      }
      if (FOREIGN.matcher(step.path("run").asText()).find()) {
        found.add("a script gets what is foreign as a variable: " + id);
      }
    }
    texts(job).forEach(text -> checkNames(text, found));
  }

  private static void checkNames(String text, List<String> found) {
    Set<String> profiles = profiles();
    PROFILES
        .matcher(text)
        .results()
        .flatMap(match -> Pattern.compile(",").splitAsStream(match.group(1)))
        .filter(profile -> !profiles.contains(profile))
        .forEach(profile -> found.add("a profile is there: " + profile));
    FILES
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .filter(file -> !Files.exists(Repository.path(file)))
        .forEach(file -> found.add("a file is there: " + file));
    if (text.contains("secrets.")) {
      found.add("no secret of ours is needed: " + text);
    }
  }

  private static Set<String> writes(JsonNode job) {
    return job.path("permissions").properties().stream()
        .filter(permission -> permission.getValue().asText().equals("write"))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Every text of a job, also in lists. */
  private static Stream<String> texts(JsonNode json) {
    return json.isTextual()
        ? Stream.of(json.asText())
        : Manifest.each(json).flatMap(Workflow::texts);
  }

  /** Of all modules. */
  private static Set<String> profiles() {
    Set<String> found = new TreeSet<>();
    for (String module :
        List.of(
            "", "core/", "api-service/", "import-worker/", "local/", "system-tests/", "deploy/")) {
      Matcher profile =
          Pattern.compile("<profile>\\s*(?:<!--.*?-->\\s*)?<id>([\\w-]+)</id>", Pattern.DOTALL)
              .matcher(Repository.read(module + "pom.xml"));
      while (profile.find()) {
        found.add(profile.group(1));
      }
    }
    return found;
  }
}
