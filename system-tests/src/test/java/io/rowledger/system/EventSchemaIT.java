package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is on the topic is what the published schemas say. */
class EventSchemaIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HEADER = "externalId,type,amount,currency\n";

  private final Stack stack = Stacks.oneWorker();
  private final Api api = stack.newTenant().api();

  @Test
  void everyEventOfEveryEndIsAsDescribed() throws IOException {
    List<String> jobs =
        List.of(
            ended(HEADER + "a,PAYMENT,1,USD\n", Map.of("label", "all in")),
            ended(HEADER + "b,PAYMENT,1,USD\nc,NONSENSE,1,USD\n", Map.of()),
            ended(
                HEADER + "d,PAYMENT,1,USD\ne,NONSENSE,1,USD\n",
                Map.of("batchErrorHandling", "continue_collect_errors")),
            ended(HEADER + "f,PAYMENT,1,USD\n", Map.of("dryRun", "true")),
            cancelledWhilePaused());
    JsonSchema headers = schema("job-event-headers.schema.json");
    JsonSchema data = schema("job-event.schema.json");
    for (String jobId : jobs) {
      List<JobEvents.Event> events = JobEvents.of(stack, jobId);
      assertThat(events).hasSizeGreaterThan(1);
      for (JobEvents.Event event : events) {
        String asJson = JSON.writeValueAsString(event.headers());
        assertThat(headers.validate(asJson, InputFormat.JSON)).as(asJson).isEmpty();
        assertThat(data.validate(event.data(), InputFormat.JSON)).as(event.data()).isEmpty();
        assertThat(event.headers()).containsEntry("ce_subject", jobId);
        assertThat(event.key()).isEqualTo(jobId);
      }
    }
  }

  private String ended(String csv, Map<String, String> fields) {
    String jobId = api.accepted(Api.TRANSACTIONS, csv, fields);
    try (Poller poller = new Poller(api, jobId)) {
      poller.toEnd(Duration.ofMinutes(1));
    }
    return jobId;
  }

  /** A job that waits for a paused one cannot begin before it is cancelled. */
  private String cancelledWhilePaused() {
    String first = api.accepted(Api.TRANSACTIONS, HEADER + "g,PAYMENT,1,USD\n", Map.of());
    String jobId =
        api.accepted(Api.TRANSACTIONS, HEADER + "h,PAYMENT,1,USD\n", Map.of("after", first));
    for (String action : List.of("pause", "resume", "pause", "cancel")) {
      api.post("/batch-import/jobs/" + jobId + "/control", "{\"action\":\"" + action + "\"}");
    }
    return jobId;
  }

  private static JsonSchema schema(String name) throws IOException {
    Path file = Path.of(System.getProperty("rowledger.root"), "docs", "schemas", name);
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(
            Files.readString(file),
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
  }
}
