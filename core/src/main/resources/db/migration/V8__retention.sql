-- How long personal data stays, for each organisation, and what has gone already.

ALTER TABLE organization
    ADD COLUMN failure_retention_days integer,
    ADD COLUMN dry_run_retention_days integer,
    ADD COLUMN content_retention_days integer,
    ADD CONSTRAINT ck_organization_retention CHECK (
        failure_retention_days > 0 AND dry_run_retention_days > 0 AND content_retention_days > 0);

COMMENT ON COLUMN organization.retention_days IS 'days after an upload that its rows stay readable in Kafka';
COMMENT ON COLUMN organization.failure_retention_days IS 'days after the end of a job that values of its failures stay; null = the default of the installation';
COMMENT ON COLUMN organization.dry_run_retention_days IS 'the same for dry runs';
COMMENT ON COLUMN organization.content_retention_days IS 'days after the end of a job that file names, columns, mapping and free options stay; null = the default of the installation';

ALTER TABLE import_job
    ADD COLUMN failures_erased_at timestamptz,
    ADD COLUMN contents_erased_at timestamptz;

COMMENT ON COLUMN import_job.failures_erased_at IS 'since when no failure of the job holds a value';
COMMENT ON COLUMN import_job.contents_erased_at IS 'since when the job says nothing of what was in its files; its failures follow at once';

-- Found by the timer. None of these columns changes while a job runs, so chunks stay HOT updates.
CREATE INDEX ix_upload_expiry ON upload (expires_at) WHERE sealed_key IS NOT NULL;
CREATE INDEX ix_import_job_failures_kept ON import_job (organization_id, dry_run, completed_at)
    WHERE completed_at IS NOT NULL AND failures_erased_at IS NULL;
CREATE INDEX ix_import_job_contents_kept ON import_job (organization_id, completed_at)
    WHERE completed_at IS NOT NULL AND contents_erased_at IS NULL;
CREATE INDEX ix_import_job_failures_due ON import_job (contents_erased_at)
    WHERE contents_erased_at IS NOT NULL AND failures_erased_at IS NULL;

-- What was delivered about one job.
CREATE INDEX ix_webhook_delivery_of_job ON webhook_delivery (job_id);
