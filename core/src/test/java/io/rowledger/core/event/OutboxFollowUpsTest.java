package io.rowledger.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rowledger.core.job.JobId;
import io.rowledger.core.job.JobView;
import io.rowledger.core.tenant.OrgId;
import io.rowledger.core.testing.TestDatabase;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an event brings with it, in the transaction that adds it. */
class OutboxFollowUpsTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final Outbox outbox = new Outbox();
  private OrgId organization = new OrgId(UUID.randomUUID());

  @BeforeEach
  void createOrganization() {
    organization = DATABASE.organization();
  }

  @Test
  void eachEndpointThatWantsItGetsTheEventAsItIsInTheOutbox() {
    UUID all = webhook(organization, "{}", true);
    UUID queued = webhook(organization, "{io.rowledger.job.queued.v1}", true);
    webhook(organization, "{io.rowledger.job.failed.v1}", true);
    webhook(organization, "{}", false);
    webhook(DATABASE.organization(), "{}", true);
    JobView job = job();

    add(JobEventType.QUEUED, job);

    assertThat(
            text(
                """
                SELECT string_agg(d.webhook_id::text, ' ' ORDER BY d.webhook_id)
                  FROM webhook_delivery d JOIN outbox o
                    ON (o.event_id, o.id, o.job_id, o.organization_id, o.event_type, o.data, o.occurred_at)
                     = (d.event_id, d.sequence, d.job_id, d.organization_id, d.event_type, d.data, d.occurred_at)
                 WHERE d.state = 'pending' AND d.attempts = 0 AND o.job_id = '%s'
                """
                    .formatted(job.id())))
        .contains(all.toString(), queued.toString());
    assertThat(deliveries(job)).isEqualTo("2");
  }

  @Test
  void withoutAnEndpointTheEventStandsAlone() {
    JobView job = job();

    add(JobEventType.QUEUED, job);

    assertThat(deliveries(job)).isEqualTo("0");
    assertThat(text("SELECT count(*)::text FROM outbox WHERE job_id = '" + job.id() + "'"))
        .isEqualTo("1");
  }

  @Test
  void whatIsRolledBackIsNotDelivered() {
    webhook(organization, "{}", true);
    JobView job = ended("[\"a@example.com\"]");

    assertThatThrownBy(
            () ->
                DATABASE
                    .database()
                    .run(
                        tx -> {
                          outbox.add(tx, JobEventType.CANCELLED, job);
                          throw new IllegalStateException("undo");
                        }))
        .hasMessage("undo");

    assertThat(deliveries(job)).isEqualTo("0");
    assertThat(reports(job)).isEqualTo("0");
  }

  @Test
  void anEndWithRecipientsIsOneMailHoweverOftenItIsTold() {
    JobView job = ended("[\"a@example.com\"]");

    add(JobEventType.CANCELLED, job);
    add(JobEventType.CANCELLED, job);

    assertThat(reports(job)).isEqualTo("1");
  }

  @Test
  void noRecipientOrNoEndIsNoMail() {
    JobView silent = ended("[]");
    JobView unasked = ended(null);
    JobView queued = job();

    add(JobEventType.CANCELLED, silent);
    add(JobEventType.CANCELLED, unasked);
    add(JobEventType.QUEUED, queued);

    assertThat(reports(silent)).isEqualTo("0");
    assertThat(reports(unasked)).isEqualTo("0");
    assertThat(reports(queued)).isEqualTo("0");
  }

  private JobView job() {
    JobId id = DATABASE.job(organization, 1);
    return DATABASE.view(organization, id);
  }

  private JobView ended(String recipients) {
    JobId id = DATABASE.job(organization, 1);
    DATABASE
        .database()
        .run(
            tx ->
                tx.update(
                    """
                    UPDATE import_job SET status = 'cancelled', phase = 'done', completed_at = clock_timestamp(),
                           options = CASE WHEN ?::text IS NULL THEN '{}'
                                     ELSE jsonb_build_object('reportRecipientEmails', ?::jsonb) END
                     WHERE id = ?
                    """,
                    recipients,
                    recipients,
                    id.value()));
    return DATABASE.view(organization, id);
  }

  private static UUID webhook(OrgId organization, String types, boolean enabled) {
    UUID id = UUID.randomUUID();
    DATABASE
        .database()
        .run(
            tx ->
                tx.update(
                    """
                    INSERT INTO webhook (id, organization_id, url, event_types, master_key_id, sealed_secret,
                                         created_by, disabled_at, disabled_reason)
                    VALUES (?, ?, 'https://example.com', ?::text[], '1', '\\x00', 'a test',
                            CASE WHEN ? THEN NULL ELSE clock_timestamp() END, CASE WHEN ? THEN NULL ELSE 'MANUAL' END)
                    """,
                    id,
                    organization.value(),
                    types,
                    enabled,
                    enabled));
    return id;
  }

  private void add(JobEventType type, JobView job) {
    DATABASE.database().run(tx -> outbox.add(tx, type, job));
  }

  private static String deliveries(JobView job) {
    return text(
        "SELECT count(*)::text FROM webhook_delivery WHERE job_id = '%s'".formatted(job.id()));
  }

  private static String reports(JobView job) {
    return text("SELECT count(*)::text FROM mail_report WHERE job_id = '%s'".formatted(job.id()));
  }

  private static String text(String sql) {
    return DATABASE
        .database()
        .transaction(tx -> tx.queryOne(sql, row -> String.valueOf(row.getString(1))))
        .orElseThrow();
  }
}
