package io.rowledger.system.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.rowledger.system.chaos.Caller.Answer;
import io.rowledger.system.chaos.Caller.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Asks the API what a caller can ask of an ended job, and compares it with the tables. */
final class ApiCheck {
  /** Lists that are longer are compared by their first pages only. */
  private static final int PAGES = 4;

  private final Service service;
  private final Violations violations;

  ApiCheck(Service service, Violations violations) {
    this.service = service;
    this.violations = violations;
  }

  void check(LedgerJob job, StoredJob stored) {
    JsonNode seen = body(job, "/batch-import/jobs/" + job.id()).path("job");
    job.answers().check(seen, job.toString(), violations);
    boolean agree =
        seen.path("status").asText().equals(stored.status())
            && seen.path("totalItems").asInt() == stored.total()
            && seen.path("succeeded").asInt() == stored.succeeded()
            && seen.path("failed").asInt() == stored.failed()
            && seen.path("skipped").asInt() == stored.skipped();
    violations.expect(agree, job.toString(), "an answer as the tables, " + stored, seen);
    checkList(job, job.kind().jobs() + job.id() + "/failures?pageSize=5000", "failures", stored);
    if (job.kind() == Kind.ENTITIES) {
      checkList(job, job.kind().jobs() + job.id() + "/failures?pageSize=5000", "skips", stored);
    }
    if (!job.dryRun()) {
      checkList(
          job,
          job.kind().records() + "?pageSize=500&jobId=" + job.id(),
          job.kind().listed(),
          stored);
    }
  }

  private void checkList(LedgerJob job, String path, String list, StoredJob stored) {
    int expected =
        switch (list) {
          case "failures" -> stored.failed();
          case "skips" -> stored.skipped();
          default -> stored.succeeded();
        };
    Set<String> places = new HashSet<>();
    int listed = 0;
    String token = "";
    int pages = 0;
    do {
      JsonNode page = body(job, token.isEmpty() ? path : path + "&pageToken=" + encoded(token));
      for (JsonNode item : page.path(list)) {
        listed++;
        places.add(item.path("fileNumber").asInt() + " " + item.path("rowNumber").asInt());
      }
      token = page.path("nextPageToken").asText("");
      token = token.equals("null") ? "" : token;
      pages++;
    } while (!token.isEmpty() && pages < PAGES);
    boolean complete = token.isEmpty();
    violations.expect(
        listed == places.size() && (complete ? listed == expected : listed <= expected),
        job.toString(),
        expected + " of " + list,
        listed + " listed, " + places.size() + " different");
  }

  private JsonNode body(LedgerJob job, String path) {
    Reply reply = service.get(path, job.tenant());
    for (int tries = 0; tries < 5 && !reply.is(200); tries++) {
      reply = service.get(path, job.tenant());
    }
    if (reply instanceof Answer answer && answer.status() == 200) {
      return answer.body();
    }
    violations.add(job.toString(), "200 of " + path, reply.toString());
    return MissingNode.getInstance();
  }

  private static String encoded(String token) {
    return URLEncoder.encode(token, StandardCharsets.UTF_8);
  }
}
