package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rowledger.system.SpanCollector.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One job, followed through both processes: by its trace, and by its lines in the logs. */
class TraceIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = "rowledger-api";
  private static final String WORKER = "rowledger-import-worker";

  /** Nobody writes it by chance. */
  private static final String CANARY = "zqxtraced";

  private final Stack stack = Stacks.oneWorker();
  private final Stack.Tenant tenant = stack.newTenant();
  private final Api api = tenant.api();

  @Test
  void aJobIsOneTraceFromUploadToEvent() throws IOException {
    // Given a file of four chunks, in two transactions
    String rows =
        IntStream.range(0, 8_000)
            .mapToObj(row -> "%s-%d,PAYMENT,1,USD".formatted(CANARY, row))
            .collect(Collectors.joining("\n", "externalId,type,amount,currency\n", "\n"));

    // When
    String job =
        api.accepted(
            Api.TRANSACTIONS,
            rows,
            Map.of("label", CANARY, "batchErrorHandling", "continue_collect_errors"));
    try (Poller poller = new Poller(api, job)) {
      assertThat(poller.toEnd(Duration.ofMinutes(1)).path("status").asText())
          .isEqualTo("completed");
    }

    // Then
    JobEvents.Event last = last(JobEvents.of(stack, job));
    String traceparent = last.headers().get("traceparent");
    assertThat(traceparent).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    assertThat(last.headers()).containsEntry("ce_traceparent", traceparent);
    String trace = traceparent.split("-", -1)[1];
    await("the spans of trace " + trace)
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertTree(spansOf(trace)));
    List<Seen> spans = spansOf(trace);
    Files.writeString(Path.of("target", "trace.txt"), tree(spans));
    assertThat(spans.toString().toLowerCase(Locale.ROOT)).doesNotContain(CANARY, "rows.csv");
    assertThat(spans)
        .filteredOn(span -> span.attributes().containsKey("url.path"))
        .isNotEmpty()
        .allSatisfy(span -> assertThat(span.attributes()).containsEntry("url.path", "-"));
    assertLogged(job, trace);
  }

  private static void assertTree(List<Seen> spans) {
    Seen request = only(spans, API, "POST /batch-import/import/transactions");
    assertThat(request.parent()).isEmpty();
    assertThat(only(spans, API, "rows send").parent()).isEqualTo(request.id());
    Seen submit = only(spans, API, "job submit");
    assertThat(submit.parent()).isEqualTo(request.id());
    Seen publish =
        spans.stream()
            .filter(span -> span.service().equals(API) && span.name().startsWith("batch-import.t"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no ticket was sent"));
    assertThat(publish.parent()).isEqualTo(submit.id());
    assertThat(spans)
        .filteredOn(span -> span.service().equals(WORKER))
        .filteredOn(span -> span.name().startsWith("batch-import.t"))
        .isNotEmpty()
        .allSatisfy(span -> assertThat(span.parent()).isEqualTo(publish.id()));
    List<Seen> slices = spans.stream().filter(span -> span.name().equals("job slice")).toList();
    assertThat(slices)
        .isNotEmpty()
        .allSatisfy(slice -> assertThat(slice.service()).isEqualTo(WORKER))
        .allSatisfy(slice -> assertThat(slice.parent()).isEqualTo(submit.id()));
    List<String> inSlices = slices.stream().map(Seen::id).toList();
    List<Seen> writes = spans.stream().filter(span -> span.name().equals("chunks write")).toList();
    assertThat(writes)
        .hasSizeGreaterThan(1)
        .allSatisfy(write -> assertThat(inSlices).contains(write.parent()));
    Seen lastWrite = writes.stream().max(Comparator.comparing(Seen::begin)).orElseThrow();
    assertThat(spans)
        .filteredOn(span -> span.name().equals("batch-import.job-events send"))
        .filteredOn(
            span ->
                "io.rowledger.job.completed.v1"
                    .equals(span.attributes().get("rowledger.event.type")))
        .singleElement()
        .satisfies(span -> assertThat(span.parent()).isEqualTo(lastWrite.id()));
  }

  private static Seen only(List<Seen> spans, String service, String name) {
    List<Seen> found =
        spans.stream()
            .filter(span -> span.service().equals(service) && span.name().equals(name))
            .toList();
    assertThat(found).as(name).hasSize(1);
    return found.get(0);
  }

  /** Every line about the job says so in fields that a search can use. */
  private void assertLogged(String job, String trace) throws IOException {
    for (String line : stack.log("import-worker-1")) {
      if (line.startsWith("{") && line.contains("Job " + job)) {
        JsonNode context = JSON.readTree(line).path("mdc");
        assertThat(context.path("jobId").asText()).as(line).isEqualTo(job);
        assertThat(context.path("organization").asText()).isEqualTo(tenant.id().toString());
        assertThat(context.path("traceId").asText()).isEqualTo(trace);
      }
    }
    assertThat(stack.log("import-worker-1"))
        .anyMatch(line -> line.startsWith("{") && line.contains("Job " + job + " claimed"));
  }

  private static List<Seen> spansOf(String trace) {
    return Stacks.spans().spans().stream()
        .filter(span -> span.trace().equals(trace))
        .sorted(Comparator.comparing(Seen::begin))
        .toList();
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  private static String tree(List<Seen> spans) {
    StringBuilder text = new StringBuilder("trace " + spans.get(0).trace() + "\n");
    long zero = spans.get(0).begin();
    print(text, spans, "", zero, 0);
    return text.toString();
  }

  private static void print(
      StringBuilder text, List<Seen> spans, String parent, long zero, int depth) {
    for (Seen span : spans) {
      if (span.parent().equals(parent)) {
        text.append(
            String.format(
                Locale.ROOT,
                "%8.1f ms %8.1f ms  %-9s %s%s%s%n",
                (span.begin() - zero) / 1e6,
                (span.end() - span.begin()) / 1e6,
                span.service().equals(API) ? "api" : "worker",
                "  ".repeat(depth),
                span.name(),
                details(span)));
        print(text, spans, span.id(), zero, depth + 1);
      }
    }
  }

  private static String details(Seen span) {
    return span.attributes().entrySet().stream()
        .filter(attribute -> attribute.getKey().startsWith("rowledger."))
        .filter(attribute -> !attribute.getKey().endsWith(".id"))
        .map(attribute -> attribute.getKey().substring(10) + "=" + attribute.getValue())
        .collect(Collectors.joining(" ", "  ", ""));
  }
}
