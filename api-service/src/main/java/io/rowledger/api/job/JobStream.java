package io.rowledger.api.job;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobJson;
import io.rowledger.core.job.JobView;
import io.rowledger.core.tenant.OrgId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A job as server-sent events, until it has ended. */
@ApplicationScoped
class JobStream {

  private final JobWatch watch;
  private final WatchConfig config;
  private final Set<Stream> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  JobStream(JobWatch watch, WatchConfig config) {
    this.watch = watch;
    this.config = config;
  }

  /** Whether one more may be opened. Not exact to the last one when many come at once. */
  boolean hasRoom() {
    return !stopping && open.size() < config.maxStreams();
  }

  /**
   * Streams end, and their clients open them again elsewhere; the process does not wait for them.
   */
  void stop(@Observes ShutdownDelayInitiatedEvent event) {
    stopping = true;
    open.forEach(stream -> stream.emitter.complete());
  }

  /** Streams that are open in this process. */
  int size() {
    return open.size();
  }

  /**
   * The job now, and then whenever it has changed. A client that reads slowly misses what lies
   * between and always gets the latest.
   */
  Multi<OutboundSseEvent> of(JobView first, Sse sse) {
    // Counted when it begins: a client may be gone before that, and would never be uncounted.
    return Multi.createFrom()
        .<OutboundSseEvent>emitter(
            emitter -> {
              Stream stream = new Stream(first, sse, emitter, config);
              open.add(stream);
              if (!stream.send(first)) {
                watch.add(stream);
              }
              // Last, because a client that is gone already is told at once.
              emitter.onTermination(
                  () -> {
                    watch.remove(stream);
                    open.remove(stream);
                  });
            },
            BackPressureStrategy.LATEST);
  }

  private static final class Stream implements JobWatch.Watcher {

    private final JobView first;
    private final Sse sse;
    private final MultiEmitter<? super OutboundSseEvent> emitter;
    private final Duration keepAlive;
    private final Duration streamFor;
    private final long openedAt = System.nanoTime();
    private long sentAt = openedAt;
    private String sentTag = "";

    Stream(
        JobView first,
        Sse sse,
        MultiEmitter<? super OutboundSseEvent> emitter,
        WatchConfig config) {
      this.first = first;
      this.sse = sse;
      this.emitter = emitter;
      this.keepAlive = config.keepAlive();
      this.streamFor = config.streamFor();
    }

    @Override
    public OrgId organization() {
      return first.organization();
    }

    @Override
    public JobId job() {
      return first.id();
    }

    @Override
    public void look(@Nullable JobView now) {
      // The first look can come right behind the first event.
      if (now != null && passedSince(sentAt, JobWatch.EVERY) && send(now)) {
        return;
      }
      if (passedSince(openedAt, streamFor)) {
        emitter.complete();
      } else if (passedSince(sentAt, keepAlive) && emitter.requested() > 0) {
        // Without a request the client is not reading, and the comment would push an event out.
        sentAt = System.nanoTime();
        emitter.emit(sse.newEventBuilder().comment("still here").build());
      }
    }

    /** Sends the job unless the client has it; true when that was the end. */
    boolean send(JobView now) {
      JobDocument document = JobDocument.of(now, null);
      if (!document.tag().equals(sentTag)) {
        sentTag = document.tag();
        sentAt = System.nanoTime();
        emitter.emit(
            sse.newEventBuilder()
                .name("job")
                .id(document.tag())
                .data(JobJson.of(now).toString())
                .build());
      }
      if (now.status().terminal()) {
        emitter.complete();
        return true;
      }
      return false;
    }

    private static boolean passedSince(long nanos, Duration duration) {
      return System.nanoTime() - nanos >= duration.toNanos();
    }
  }
}
