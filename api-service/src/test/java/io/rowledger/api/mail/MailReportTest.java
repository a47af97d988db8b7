package io.rowledger.api.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMailUtil;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.rowledger.api.security.Tenant;
import io.rowledger.api.webhook.DeliveryProfile;
import io.rowledger.api.webhook.Events;
import io.rowledger.core.event.JobEventType;
import io.rowledger.testkit.RowledgerStack;
import jakarta.inject.Inject;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From the end of a job to a real SMTP server. */
@QuarkusTest
@QuarkusTestResource(RowledgerStack.class)
@TestProfile(DeliveryProfile.class)
class MailReportTest {

  /**
   * A kept connection that the mail server has forgotten is found out after some 20 s, by a 421;
   * then the mail goes over another one.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Inject Events events;
  @Inject MailDispatcher dispatcher;

  private final String address = "a" + UUID.randomUUID() + "@example.com";
  private Tenant tenant;

  @BeforeEach
  void createTenant() {
    tenant = Tenant.create();
  }

  @Test
  void whoWasNamedGetsOneMailWithCountsGroupsAndLink() throws Exception {
    // Given: a secret in a failed cell
    String second = "b" + address;
    String job = job("[\"%s\", \"%s\"]".formatted(address, second), "en");
    failure(job, 2, "VALIDATION_ERROR", "tax_id", "secret-cell");
    failure(job, 3, "VALIDATION_ERROR", "tax_id", "secret-cell");
    failure(job, 4, "PROCESSING_ERROR", null, null);
    end(job, "completed", 7, 3);

    // When
    events.happened(JobEventType.COMPLETED, tenant, job);

    // Then
    MimeMessage mail = mailsTo(address).get(0);
    assertThat(recipients(mail)).containsExactly(address, second);
    assertThat(mail.getFrom()[0].toString()).isEqualTo(MailServer.FROM);
    assertThat(mail.getSubject()).isEqualTo("Import finished: 7 imported, 3 failed, 0 skipped");
    assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(text(mail))
        .contains("Rows in total: 10", "File: people.csv")
        .contains("- VALIDATION_ERROR, column \"tax_id\": 2", "- PROCESSING_ERROR: 1")
        .contains("https://imports.example.com/batch-import/jobs/" + job);
    assertThat(GreenMailUtil.getWholeMessage(mail)).doesNotContain("secret-cell");
    assertThat(state(job)).isEqualTo("sent");
  }

  @ParameterizedTest
  @CsvSource({
    "completed, COMPLETED, es, Importación terminada",
    "failed, FAILED, pt, Falha na importação",
    "cancelled, CANCELLED, es, Importación cancelada",
    "interrupted, INTERRUPTED, pt, Importação interrompida"
  })
  void everyEndIsToldInTheLanguageThatWasAskedFor(
      String status, JobEventType event, String language, String subject) throws Exception {
    String job = job("[\"%s\"]".formatted(address), language);
    end(job, status, 10, 0);

    events.happened(event, tenant, job);

    MimeMessage mail = mailsTo(address).get(0);
    assertThat(mail.getSubject()).startsWith(subject);
    assertThat(mail.getContentType().toLowerCase(java.util.Locale.ROOT)).contains("utf-8");
    assertThat(text(mail)).containsPattern("(Recibe este mensaje|Recebe esta mensagem)");
  }

  @Test
  void whatIsNoEndAndWhatNamesNobodyIsNoMail() throws Exception {
    // Given
    String silent = job("[]", "en");
    String unasked = tenant.entityJob();
    String running = job("[\"%s\"]".formatted(address), "en");
    end(silent, "completed", 10, 0);
    events.update(
        """
        UPDATE import_job SET status = 'completed', phase = 'done', completed_at = clock_timestamp(), succeeded = 1
         WHERE id = ?::uuid
        """,
        unasked);

    // When
    events.happened(JobEventType.COMPLETED, tenant, silent);
    events.happened(JobEventType.COMPLETED, tenant, unasked);
    events.happened(JobEventType.STARTED, tenant, running);

    // Then
    assertThat(
            events.text(
                "SELECT count(*)::text FROM mail_report WHERE organization_id = ?::uuid",
                tenant.id()))
        .isEqualTo("0");
  }

  @Test
  void theSecondEventOfAnEndSendsNoSecondMail() throws Exception {
    String job = job("[\"%s\"]".formatted(address), "en");
    end(job, "completed", 10, 0);
    events.happened(JobEventType.COMPLETED, tenant, job);
    mailsTo(address);

    events.happened(JobEventType.COMPLETED, tenant, job);
    // A later one has come: what was before it would have come too.
    String later = "later" + address;
    String other = job("[\"%s\"]".formatted(later), "en");
    end(other, "completed", 10, 0);
    events.happened(JobEventType.COMPLETED, tenant, other);
    mailsTo(later);

    assertThat(mailsTo(address)).hasSize(1);
  }

  @Test
  void anAddressThatIsMoreThanAnAddressIsLeftOut() throws Exception {
    String job =
        job("[\"x@example.com\\r\\nBcc: y@example.com\", \"%s\"]".formatted(address), "en");
    end(job, "completed", 10, 0);

    events.happened(JobEventType.COMPLETED, tenant, job);

    assertThat(recipients(mailsTo(address).get(0))).containsExactly(address);
  }

  @Test
  void aReportWhoseAddressesWereErasedIsGivenUp() {
    String job = job("[\"%s\"]".formatted(address), "en");
    end(job, "completed", 10, 0);
    events.update(
        "UPDATE import_job SET options = options - 'reportRecipientEmails' WHERE id = ?::uuid",
        job);

    events.update(
        "INSERT INTO mail_report (job_id, organization_id) VALUES (?::uuid, ?::uuid)",
        job,
        tenant.id());

    await().atMost(PATIENCE).until(() -> !state(job).equals("pending"));
    assertThat(state(job)).isEqualTo("failed");
  }

  @Test
  void aServerThatIsAwayGetsTheMailWhenItIsBack() throws Exception {
    // Given
    String job = job("[\"%s\"]".formatted(address), "en");
    end(job, "completed", 10, 0);
    int port = MailServer.server().getSmtp().getPort();
    MailServer.server().stop();

    // When
    events.happened(JobEventType.COMPLETED, tenant, job);
    await().atMost(PATIENCE).until(() -> tries(job) > 1);
    MailServer.startOn(port);

    // Then
    mailsTo(address);
    await().atMost(PATIENCE).until(() -> state(job).equals("sent"));
  }

  @Test
  void afterTheLastTryTheMailIsGivenUp() throws Exception {
    // Given
    String job = job("[\"%s\"]".formatted(address), "en");
    end(job, "completed", 10, 0);
    int port = MailServer.server().getSmtp().getPort();
    MailServer.server().stop();

    // When
    events.update(
        """
        INSERT INTO mail_report (job_id, organization_id, attempts) VALUES (?::uuid, ?::uuid, ?)
        """,
        job,
        tenant.id(),
        DeliveryProfile.MOST_MAIL_TRIES - 2);

    // Then
    await().atMost(PATIENCE).until(() -> state(job).equals("failed"));
    assertThat(tries(job)).isEqualTo(DeliveryProfile.MOST_MAIL_TRIES);
    MailServer.startOn(port);
  }

  @Test
  void whatIsOldIsForgotten() throws Exception {
    String job = job("[\"%s\"]".formatted(address), "en");
    end(job, "completed", 10, 0);
    events.happened(JobEventType.COMPLETED, tenant, job);
    mailsTo(address);
    await().atMost(PATIENCE).until(() -> state(job).equals("sent"));
    dispatcher.purge();
    assertThat(state(job)).isEqualTo("sent");
    events.update(
        "UPDATE mail_report SET created_at = created_at - interval '4 days' WHERE job_id = ?::uuid",
        job);

    dispatcher.purge();

    assertThat(events.text("SELECT count(*)::text FROM mail_report WHERE job_id = ?::uuid", job))
        .isEqualTo("0");
  }

  private String job(String recipients, String language) {
    String job = tenant.entityJob();
    events.update(
        """
        UPDATE import_job SET total_items = 10, metadata = '{"fileName": "people.csv"}',
               options = jsonb_build_object('reportRecipientEmails', ?::jsonb, 'emailLocale', ?::text)
         WHERE id = ?::uuid
        """,
        recipients,
        language,
        job);
    return job;
  }

  private void end(String job, String status, int succeeded, int failed) {
    events.update(
        """
        UPDATE import_job SET status = ?, phase = 'done', completed_at = clock_timestamp(), succeeded = ?, failed = ?,
               failure_code = CASE WHEN ? = 'failed' THEN 'INTERNAL_ERROR' END,
               failure_message = CASE WHEN ? = 'failed' THEN 'it did' END
         WHERE id = ?::uuid
        """,
        status,
        succeeded,
        failed,
        status,
        status,
        job);
  }

  private void failure(String job, int row, String code, String column, String value) {
    events.update(
        """
        INSERT INTO import_row_result (job_id, file_number, row_number, organization_id, outcome, code, message, column_name, value)
        VALUES (?::uuid, 1, ?, ?::uuid, 'failed', ?, 'm', ?, ?)
        """,
        job,
        row,
        tenant.id(),
        code,
        column,
        value);
  }

  private int tries(String job) {
    return Integer.parseInt(
        events.text(
            "SELECT coalesce(max(attempts), 0)::text FROM mail_report WHERE job_id = ?::uuid",
            job));
  }

  private String state(String job) {
    return events.text("SELECT state FROM mail_report WHERE job_id = ?::uuid", job);
  }

  /** The mails to an address, as soon as there is one: a mail, not a copy for each recipient. */
  private static List<MimeMessage> mailsTo(String address) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                Arrays.stream(MailServer.server().getReceivedMessages())
                    .filter(mail -> recipients(mail).contains(address))
                    .collect(
                        java.util.stream.Collectors.toMap(
                            MailReportTest::messageId, mail -> mail, (one, copy) -> one))
                    .values()
                    .stream()
                    .toList(),
            mails -> !mails.isEmpty());
  }

  private static String messageId(MimeMessage mail) {
    try {
      return mail.getMessageID();
    } catch (MessagingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> recipients(MimeMessage mail) {
    try {
      return Arrays.stream(mail.getRecipients(Message.RecipientType.TO))
          .map(Object::toString)
          .toList();
    } catch (MessagingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(MimeMessage mail) throws IOException, MessagingException {
    return mail.getContent().toString().replace("\r\n", "\n");
  }
}
