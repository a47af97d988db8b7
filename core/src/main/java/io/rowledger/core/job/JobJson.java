package io.rowledger.core.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The job object of contract section 4. One place writes it, so that the status route, the stream
 * and the events cannot differ. Every key is always there, except {@code jobFailure}.
 */
public final class JobJson {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  /** What of the metadata may leave the organisation with an event. */
  private static final List<String> EVENT_METADATA =
      List.of("fileName", "fileCount", "importMode", "entitiesCreated", "apiError");

  private JobJson() {}

  /** The object as callers see it. */
  public static ObjectNode of(JobView job) {
    return write(job, parse(job.metadata()));
  }

  /** The object as events carry it: metadata cut to an allow-list. */
  public static ObjectNode forEvent(JobView job) {
    JsonNode all = parse(job.metadata());
    ObjectNode kept = JSON.createObjectNode();
    EVENT_METADATA.forEach(
        name -> {
          if (all.has(name)) {
            kept.set(name, all.get(name));
          }
        });
    return write(job, kept);
  }

  private static ObjectNode write(JobView job, JsonNode metadata) {
    ObjectNode json = JSON.createObjectNode();
    json.put("jobId", job.id().toString());
    json.put("kind", job.kind().wireName());
    json.put("status", job.status().wireName());
    json.put("totalItems", job.totalItems());
    json.put("succeeded", job.counts().succeeded());
    json.put("failed", job.counts().failed());
    json.put("skipped", job.counts().skipped());
    json.put("unprocessed", job.unprocessed());
    json.put("heartbeatAt", time(job.heartbeatAt()));
    json.put("leaseExpiresAt", time(job.leaseExpiresAt()));
    json.put("workerError", job.workerError());
    json.put("createdAt", time(job.createdAt()));
    json.put("completedAt", time(job.completedAt()));
    json.set("metadata", metadata);
    if (job.pausedAt() != null) {
      ((ObjectNode) metadata).put("batchPauseRequested", true);
    }
    if (job.failureCode() != null) {
      json.putObject("jobFailure")
          .put("code", job.failureCode())
          .put("message", job.failureMessage());
    }
    json.put("phase", job.phase());
    json.put("outcome", job.outcome());
    json.put("startedAt", time(job.startedAt()));
    json.put("updatedAt", time(job.updatedAt()));
    json.put("attempt", job.attempt());
    JobProgress progress = JobProgress.of(job);
    json.putObject("progress")
        .put("percent", progress.percent())
        .put("rowsPerSecond", progress.rowsPerSecond())
        .put("etaSeconds", progress.etaSeconds());
    json.put("waitReason", job.waitReason());
    json.put("stale", job.stale());
    json.put("dryRun", job.dryRun());
    json.put("commitOf", text(job.lineage().commitOf()));
    json.put("retryOf", text(job.lineage().retryOf()));
    json.put("retriedBy", text(job.retriedBy()));
    json.put("after", text(job.lineage().after()));
    json.put("label", job.label());
    json.put("createdBy", job.createdBy());
    json.put("cancelledBy", job.cancelledBy());
    json.put("rowsExpireAt", time(job.rowsExpireAt()));
    return json;
  }

  /** ISO 8601, UTC, exactly milliseconds. */
  public static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : MILLIS.format(instant);
  }

  private static @Nullable String text(@Nullable JobId id) {
    return id == null ? null : id.toString();
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the metadata of a job is JSON", e);
    }
  }
}
