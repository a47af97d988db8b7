-- Control, dry runs and where a job comes from.

ALTER TABLE import_job
    ADD COLUMN dry_run             boolean NOT NULL DEFAULT false,
    ADD COLUMN label               text,
    ADD COLUMN commit_of           uuid,
    ADD COLUMN retry_of            uuid,
    ADD COLUMN after_job           uuid,
    ADD COLUMN paused_at           timestamptz,
    ADD COLUMN wait_reason         text,
    -- where the measuring of the rate began: at the claim, or at the first chunk of a phase
    ADD COLUMN measured_from       timestamptz,
    ADD COLUMN measured_from_chunk integer,
    ADD CONSTRAINT fk_import_job_commit_of FOREIGN KEY (commit_of) REFERENCES import_job (id),
    ADD CONSTRAINT fk_import_job_retry_of FOREIGN KEY (retry_of) REFERENCES import_job (id),
    ADD CONSTRAINT fk_import_job_after_job FOREIGN KEY (after_job) REFERENCES import_job (id),
    ADD CONSTRAINT ck_import_job_one_origin CHECK (commit_of IS NULL OR retry_of IS NULL),
    ADD CONSTRAINT ck_import_job_commit_is_real CHECK (commit_of IS NULL OR NOT dry_run),
    ADD CONSTRAINT ck_import_job_paused CHECK (
        paused_at IS NULL OR lease_owner IS NULL AND status IN ('queued', 'running')),
    ADD CONSTRAINT ck_import_job_wait_reason CHECK (wait_reason IN ('retry_backoff', 'locked'));

COMMENT ON COLUMN import_job.after_job IS 'stays queued until that job completes; fails when that job ends in another way';
COMMENT ON COLUMN import_job.wait_reason IS 'why not_before is in the future';

-- A dry run is committed once; a job has one live retry.
CREATE UNIQUE INDEX uq_import_job_commit_of ON import_job (commit_of) WHERE commit_of IS NOT NULL;
CREATE UNIQUE INDEX uq_import_job_live_retry ON import_job (retry_of)
    WHERE retry_of IS NOT NULL AND status IN ('queued', 'running');
CREATE INDEX ix_import_job_retry_of ON import_job (retry_of, created_at) WHERE retry_of IS NOT NULL;
CREATE INDEX ix_import_job_after_job ON import_job (after_job) WHERE after_job IS NOT NULL AND status = 'queued';

ALTER TABLE outbox ADD COLUMN dry_run boolean NOT NULL DEFAULT false;
ALTER TABLE outbox_dead_letter ADD COLUMN dry_run boolean NOT NULL DEFAULT false;
