package io.rowledger.api.history;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rowledger.api.security.Caller;
import io.rowledger.core.job.JobHistoryRepository;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobView;
import io.rowledger.core.sql.Database;
import io.rowledger.core.tenant.OrgId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** The answer of the history routes. */
@ApplicationScoped
class History {

  private final Database database;
  private final JobHistoryRepository jobs;
  private final Caller caller;

  History(Database database, JobHistoryRepository jobs, Caller caller) {
    this.database = database;
    this.jobs = jobs;
    this.caller = caller;
  }

  Response answer(HistoryQuery query) {
    HistoryPage page = HistoryPage.of(query.pageSize, query.pageToken, HistoryFilter.of(query));
    OrgId organization = caller.organization();
    // One more than the page has, to see whether there is a next one.
    List<JobView> found =
        database.transaction(
            organization,
            tx -> jobs.page(tx, organization, page.filter(), page.after(), page.size() + 1));
    boolean more = found.size() > page.size();
    List<JobView> shown = more ? found.subList(0, page.size()) : found;

    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("success", true);
    ArrayNode items = body.putArray("jobs");
    shown.forEach(job -> items.add(JobJson.of(job)));
    body.put("nextPageToken", more ? page.token(shown.get(shown.size() - 1)) : null);
    return Response.ok(body).header("Cache-Control", "private, no-cache").build();
  }
}
