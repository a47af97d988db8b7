package io.rowledger.core.testing;

import io.rowledger.core.tenant.OrgId;
import java.util.UUID;

/** An organisation with a row in every table that holds something of organisations. */
public final class Scene {

  private Scene() {}

  public static OrgId of(TestDatabase database) {
    OrgId organization = database.organization();
    UUID upload = database.upload(organization, 1);
    UUID job = UUID.randomUUID();
    String all =
        job(organization, upload.toString()).replace("gen_random_uuid()", "'" + job + "'")
            + """
            ;
            INSERT INTO api_key (id, organization_id, name, key_hash, permissions)
            VALUES (gen_random_uuid(), '%1$s', 'a key', sha256('%1$s'), '{}');
            INSERT INTO import_row_result (job_id, organization_id, file_number, row_number, outcome, code, message)
            VALUES ('%2$s', '%1$s', 1, 2, 'failed', 'REQUIRED_FIELD', 'm');
            INSERT INTO outbox (event_id, job_id, organization_id, event_type, job_kind, data)
            VALUES (gen_random_uuid(), '%2$s', '%1$s', 't', 'transaction_batch', '{}');
            INSERT INTO outbox_dead_letter (id, event_id, job_id, organization_id, event_type, job_kind, data, reason)
            SELECT id, event_id, job_id, organization_id, event_type, job_kind, data, 'r' FROM outbox WHERE organization_id = '%1$s';
            INSERT INTO entities (id, organization_id, job_id, file_number, row_number, external_id, type, tax_id, country_code, status)
            VALUES (gen_random_uuid(), '%1$s', '%2$s', 1, 2, 'e', 'person', 't', 'AR', 's');
            INSERT INTO transactions (id, organization_id, job_id, file_number, row_number, external_id, type, amount, currency, status, transacted_at)
            VALUES (gen_random_uuid(), '%1$s', '%2$s', 1, 2, 't', 'PAYMENT', 1, 'USD', 'CREATED', clock_timestamp());
            INSERT INTO user_events (id, organization_id, job_id, file_number, row_number, event_type, entity_id, occurred_at)
            VALUES (gen_random_uuid(), '%1$s', '%2$s', 1, 2, 'LOGIN', gen_random_uuid(), clock_timestamp());
            INSERT INTO mapping (id, organization_id, name, target, column_mapping)
            VALUES (gen_random_uuid(), '%1$s', 'm', 'transaction', '{}');
            INSERT INTO idempotency_key (organization_id, operation, key, digest, job_id, answer)
            VALUES ('%1$s', 'o', 'k', 'x', '%2$s', '{}');
            INSERT INTO webhook (id, organization_id, url, master_key_id, sealed_secret, created_by)
            VALUES (gen_random_uuid(), '%1$s', 'https://example.com', '1', 'x', 'a test');
            INSERT INTO webhook_delivery (webhook_id, event_id, organization_id, event_type, data)
            VALUES (gen_random_uuid(), gen_random_uuid(), '%1$s', 't', '{}');
            INSERT INTO mail_report (job_id, organization_id) VALUES ('%2$s', '%1$s')
            """
                .formatted(organization.value(), job);
    database.execute(all);
    return organization;
  }

  /** SQL that makes a job. */
  public static String job(OrgId organization, String upload) {
    return """
        INSERT INTO import_job (id, organization_id, upload_id, kind, total_items, chunk_count, error_handling,
                                mapping, codec_version, created_by)
        VALUES (gen_random_uuid(), '%s', '%s', 'transaction_batch', 10, 1, 'continue_collect_errors', '{}', 1, 'a test')
        """
        .formatted(organization.value(), upload);
  }
}
