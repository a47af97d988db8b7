package io.rowledger.api.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.mailer.MockMailbox;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.webhook.Events;
import io.rowledger.core.event.JobEventType;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** With the settings as they come: no mail server is named. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
class MailOffTest {

  @Inject Events events;
  @Inject MockMailbox mailbox;

  @Test
  void nobodyTriesToSendAMailUntilItIsSetUp() {
    Tenant tenant = Tenant.create();
    String job = tenant.entityJob();
    events.update(
        """
        UPDATE import_job SET status = 'completed', phase = 'done', completed_at = clock_timestamp(), succeeded = 1,
               options = '{"reportRecipientEmails": ["a@example.com"]}'
         WHERE id = ?::uuid
        """,
        job);

    events.happened(JobEventType.COMPLETED, tenant, job);

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .contains("webhook-dispatcher")
        .doesNotContain("mail-dispatcher");
    assertThat(events.text("SELECT state || attempts FROM mail_report WHERE job_id = ?::uuid", job))
        .isEqualTo("pending0");
    assertThat(mailbox.getTotalMessagesSent()).isZero();
  }
}
