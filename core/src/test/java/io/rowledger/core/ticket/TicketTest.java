package io.rowledger.core.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import io.rowledger.core.job.JobId;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketTest {

  @Test
  void aTicketComesBack() {
    Ticket ticket = new Ticket(new JobId(UUID.randomUUID()));

    assertThat(Ticket.parse(ticket.toBytes())).contains(ticket);
  }

  @Test
  void whatANewerVersionAddsIsIgnored() {
    String text = "{\"version\":9,\"jobId\":\"01890000-0000-7000-8000-000000000001\",\"x\":[1]}";

    assertThat(Ticket.parse(text.getBytes(StandardCharsets.UTF_8))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "7",
        "\"text\"",
        "{}",
        "{\"jobId\":null}",
        "{\"jobId\":7}",
        "{\"jobId\":\"1-1-1-1-1\"}",
        "{\"jobId\":\"not an id\"}",
        "{\"jobId\":{}}",
        "{\"jobId\":",
        "\u0000\u0001\u0002"
      })
  void garbageIsNoTicket(String text) {
    assertThat(Ticket.parse(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }
}
