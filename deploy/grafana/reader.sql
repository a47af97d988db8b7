-- The role behind the dashboard of one job: facts of jobs and counts of codes, of all organisations. Not what files are called,
-- not what rows had in them, no keys. Run it as a superuser (the role reads past row-level security), and give the role a password:
--   ALTER ROLE rowledger_reader PASSWORD '…';
CREATE ROLE rowledger_reader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS;
ALTER ROLE rowledger_reader SET default_transaction_read_only = on;
ALTER ROLE rowledger_reader SET statement_timeout = '10s';
GRANT SELECT (id, organization_id, upload_id, kind, status, phase, dry_run, total_items, succeeded, failed, skipped, next_chunk,
              chunk_count, attempt, connection_losses, wait_reason, failure_code, worker_error, created_at, started_at, heartbeat_at,
              completed_at, paused_at, not_before, waiting_since, measured_from, measured_from_chunk, lease_owner, lease_expires_at,
              fence, retry_of, commit_of, after_job, traceparent)
    ON import_job TO rowledger_reader;
GRANT SELECT (upload_id, chunk_number, row_count) ON upload_chunk TO rowledger_reader;
GRANT SELECT (job_id, code) ON import_row_result TO rowledger_reader;
