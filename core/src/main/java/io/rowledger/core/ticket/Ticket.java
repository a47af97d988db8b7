package io.rowledger.core.ticket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rowledger.core.job.JobId;
import java.io.IOException;
import java.util.Optional;

/** Says that a job waits. The body of a record of {@code batch-import.tickets}. */
public record Ticket(JobId jobId) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public byte[] toBytes() {
    try {
      return JSON.writeValueAsBytes(
          JSON.createObjectNode().put("version", 1).put("jobId", jobId.toString()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an object of two fields can be written", e);
    }
  }

  /** Reads a ticket; empty when the bytes are none. */
  public static Optional<Ticket> parse(byte[] bytes) {
    try {
      JsonNode json = JSON.readTree(bytes);
      return json == null || !json.path("jobId").isTextual()
          ? Optional.empty()
          : JobId.parse(json.path("jobId").textValue()).map(Ticket::new);
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }
}
