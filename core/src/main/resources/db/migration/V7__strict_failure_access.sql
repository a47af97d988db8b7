-- Who may read failures, and finding jobs again by what they were called.

ALTER TABLE organization ADD COLUMN strict_failure_access boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN organization.strict_failure_access IS 'failures of a job need the permission of its kind; otherwise any importing permission will do';

-- Few jobs have a label, and those who give one ask for it.
CREATE INDEX ix_import_job_label ON import_job (organization_id, label, created_at DESC, id DESC) WHERE label IS NOT NULL;
