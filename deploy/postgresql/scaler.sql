-- The role with which KEDA counts jobs. Run once by an administrator, connected to the database that
-- Rowledger uses, after the first migration (psql -d rowledger -f scaler.sql); then \password
-- rowledger_scaler. It sees of a job what it needs to count it, and nothing else of anything.
--
-- Needs a superuser, or a role with CREATEROLE and BYPASSRLS that may grant rights on import_job.
DO $$
BEGIN
    CREATE ROLE rowledger_scaler;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    -- It is there.
END $$;

-- BYPASSRLS: policies would show it the jobs of no organisation.
ALTER ROLE rowledger_scaler LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS CONNECTION LIMIT 5;
ALTER ROLE rowledger_scaler SET statement_timeout = '5s';
ALTER ROLE rowledger_scaler SET default_transaction_read_only = on;

DO $$
BEGIN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO rowledger_scaler', current_database());
END $$;
GRANT USAGE ON SCHEMA public TO rowledger_scaler;
GRANT SELECT (id, status, lease_owner, paused_at, not_before, after_job) ON import_job TO rowledger_scaler;
