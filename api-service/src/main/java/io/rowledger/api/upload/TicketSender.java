package io.rowledger.api.upload;

import io.rowledger.core.job.JobId;
import io.rowledger.core.ticket.Ticket;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/**
 * Wakes the workers. Best effort on purpose: a lost ticket costs a job the second until a worker
 * looks by itself, and nothing else.
 */
@ApplicationScoped
public class TicketSender {

  private static final Logger LOG = Logger.getLogger(TicketSender.class);

  private final Emitter<byte[]> emitter;

  TicketSender(@Channel("tickets") @OnOverflow(OnOverflow.Strategy.DROP) Emitter<byte[]> emitter) {
    this.emitter = emitter;
  }

  /** Says that a job can be claimed. Never blocks, never throws. */
  public void send(JobId job) {
    try {
      var unused =
          emitter
              .send(new Ticket(job).toBytes())
              .exceptionally(
                  lost -> {
                    LOG.debugf("No ticket for job %s: %s", job, lost.getMessage());
                    return null;
                  });
    } catch (RuntimeException lost) {
      LOG.debugf("No ticket for job %s: %s", job, lost.getMessage());
    }
  }
}
