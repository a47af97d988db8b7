package io.rowledger.api.failures;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.job.FailuresOfJob;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobKind;
import io.rowledger.core.job.JobView;
import io.rowledger.core.job.RowResult;
import io.rowledger.core.job.RowResultRepository;
import io.rowledger.core.row.RowCode.Outcome;
import io.rowledger.core.row.RowRef;
import io.rowledger.core.sql.Tx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The body of the failures routes. Counters and list come from one snapshot. */
@ApplicationScoped
public class FailuresBody implements FailuresOfJob {

  private final RowResultRepository results;
  private final FailureAccess access;

  FailuresBody(RowResultRepository results, FailureAccess access) {
    this.results = results;
    this.access = access;
  }

  @Override
  public Reading forCaller() {
    FailureAccess.Allowed allowed = access.ofCaller();
    return (tx, job) -> {
      allowed.require(job.kind());
      return of(tx, job, FailuresPage.FIRST, allowed.values(job.kind()));
    };
  }

  ObjectNode of(Tx tx, JobView job, FailuresPage page, boolean withValues) {
    ObjectNode json = JobJson.of(job);
    FileNames files = FileNames.of(json);
    ObjectNode body = JobHead.of(job, json);

    Rows failures = read(tx, job, Outcome.FAILED, page.failuresAfter(), page.size());
    failures.write(body.putArray("failures"), job.kind(), files, withValues);
    Rows skips = Rows.none(page.skipsAfter());
    if (job.kind() == JobKind.ENTITY) {
      skips = read(tx, job, Outcome.SKIPPED, page.skipsAfter(), page.size());
      skips.write(body.putArray("skips"), job.kind(), files, withValues);
    }

    boolean more = failures.more() || skips.more();
    body.put("truncated", more);
    body.put(
        "nextPageToken", more ? FailuresPage.token(job.id(), failures.end(), skips.end()) : null);
    return body;
  }

  private Rows read(Tx tx, JobView job, Outcome outcome, RowRef after, int size) {
    List<RowResult> found =
        results.page(tx, job.organization(), job.id(), outcome, after, size + 1);
    boolean more = found.size() > size;
    List<RowResult> rows = more ? found.subList(0, size) : found;
    return new Rows(rows, more, rows.isEmpty() ? after : rows.get(rows.size() - 1).ref());
  }

  /**
   * A part of one of the two lists.
   *
   * @param end the last row of it, or where it would have begun
   */
  private record Rows(List<RowResult> rows, boolean more, RowRef end) {

    static Rows none(RowRef after) {
      return new Rows(List.of(), false, after);
    }

    void write(ArrayNode items, JobKind kind, FileNames files, boolean withValues) {
      for (RowResult row : rows) {
        String fileName = files.of(row.ref().fileNumber());
        items.add(FailureItem.json(row, kind, fileName, withValues));
      }
    }
  }
}
