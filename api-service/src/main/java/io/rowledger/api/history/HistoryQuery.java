package io.rowledger.api.history;

import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of the history, as they came. Empty ones are not there; other names are
 * ignored.
 */
public class HistoryQuery {

  @Parameter(
      description = "comma list of transaction_batch, entity_automatic, user_event_batch",
      example = "transaction_batch")
  @QueryParam("kind")
  List<String> kind = List.of();

  @Parameter(
      description = "comma list of queued, running, completed, failed, cancelled, interrupted",
      example = "failed,interrupted")
  @QueryParam("status")
  List<String> status = List.of();

  @Parameter(
      description = "createdAt is then or later: an ISO 8601 time with its offset, or a date (UTC)",
      example = "2026-01-31T12:00:00.000Z")
  @QueryParam("from")
  @Nullable String from;

  @Parameter(
      description =
          "createdAt is then or earlier: a time, that millisecond included, or a date, that day"
              + " included",
      example = "2026-01-31")
  @QueryParam("to")
  @Nullable String to;

  @Parameter(description = "exactly this label")
  @QueryParam("label")
  @Nullable String label;

  @Parameter(description = "retries of this job")
  @QueryParam("retryOf")
  @Nullable String retryOf;

  @Parameter(description = "true: only dry runs; false: only real jobs")
  @QueryParam("dryRun")
  @Nullable String dryRun;

  @Parameter(description = "exactly this name of a key or subject of a token")
  @QueryParam("createdBy")
  @Nullable String createdBy;

  @Parameter(description = "most jobs, 1 to 200; 50 if not given")
  @QueryParam("pageSize")
  @Nullable String pageSize;

  @Parameter(description = "nextPageToken of the page before; the filters must be the same")
  @QueryParam("pageToken")
  @Nullable String pageToken;
}
