package io.rowledger.worker.run;

import io.rowledger.core.ticket.Ticket;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Rings the bell for a ticket. Nothing is done here that could take long: what a ticket is about is
 * looked up in the database by whoever wakes up.
 */
@ApplicationScoped
class TicketConsumer {

  private final Bell bell;

  TicketConsumer(Bell bell) {
    this.bell = bell;
  }

  /** A record that is no ticket goes to the dead-letter topic with the reason in its headers. */
  @Incoming("tickets")
  @Blocking
  void onTicket(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null || Ticket.parse(record.value()).isEmpty()) {
      throw new IllegalArgumentException("not a ticket");
    }
    bell.ring();
  }
}
