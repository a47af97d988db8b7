package io.rowledger.worker.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.rowledger.core.ticket.Ticket;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Rings the bell for a ticket. Nothing is done here that could take long: what a ticket is about is
 * looked up in the database by whoever wakes up.
 */
// At once: a counter that appears with its first ticket shows no increase of it.
@Startup
@ApplicationScoped
class TicketConsumer {

  private final Bell bell;
  private final Counter taken;
  private final Counter refused;

  TicketConsumer(Bell bell, MeterRegistry registry) {
    this.bell = bell;
    this.taken = tickets(registry, "taken");
    this.refused = tickets(registry, "refused");
  }

  /** A record that is no ticket goes to the dead-letter topic with the reason in its headers. */
  @Incoming("tickets")
  @Blocking
  void onTicket(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null || Ticket.parse(record.value()).isEmpty()) {
      refused.increment();
      throw new IllegalArgumentException("not a ticket");
    }
    taken.increment();
    bell.ring();
  }

  private static Counter tickets(MeterRegistry registry, String result) {
    return Counter.builder("rowledger.tickets")
        .description("Records of the ticket topic; what is no ticket goes to the dead letters")
        .tag("result", result)
        .register(registry);
  }
}
