-- The roles of Rowledger, made once by an administrator, connected to the database that Rowledger
-- uses (psql -d rowledger -f roles.sql). May be run again at any time. docs/database-roles.md says
-- what each role may do and how to set passwords: there are none in this file.
--
-- Needs a superuser, or a role with CREATEROLE and BYPASSRLS that owns the database.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['rowledger_migrator', 'rowledger_api', 'rowledger_worker', 'rowledger_system'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I', name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            -- It is there.
        END;
    END LOOP;
END $$;

-- Owns everything and migrates. Its password is needed for as long as api-service starts.
ALTER ROLE rowledger_migrator LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- Answers requests. Row level security shows it the rows of one organisation.
ALTER ROLE rowledger_api LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- Imports. COPY FROM is refused by tables whose policies apply to who copies, hence BYPASSRLS: which
-- tables and columns it may use is a matter of its few grants.
ALTER ROLE rowledger_worker LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;

-- What the API becomes, for one transaction, for work that no caller asked for. Nobody logs in as it.
ALTER ROLE rowledger_system NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- INHERIT FALSE: without SET ROLE, the API has nothing of it, neither rights nor policies.
GRANT rowledger_system TO rowledger_api WITH INHERIT FALSE, SET TRUE;

-- A function of the owner ends backends of workers whose job was taken away, and those of the API
-- that keep its row: for that it has to have the rights of both.
GRANT rowledger_worker, rowledger_api TO rowledger_migrator WITH INHERIT TRUE, SET FALSE;

-- No statement of a request is worth more. Workers have time-outs of their own in each transaction,
-- and migrations take as long as they take.
ALTER ROLE rowledger_api SET statement_timeout = '30s';

DO $$
DECLARE
    thing record;
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO rowledger_migrator, rowledger_api, rowledger_worker', current_database());
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT USAGE, CREATE ON SCHEMA public TO rowledger_migrator;
    GRANT USAGE ON SCHEMA public TO rowledger_api, rowledger_worker, rowledger_system;

    -- What was made while one user did everything changes hands.
    IF to_regclass('public.flyway_schema_history') IS NOT NULL THEN
        FOR thing IN
            SELECT format('TABLE public.%I', relname) AS what FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
               AND relowner <> 'rowledger_migrator'::regrole
            UNION ALL
            SELECT format('FUNCTION %s', p.oid::regprocedure) FROM pg_proc p
             WHERE p.pronamespace = 'public'::regnamespace AND p.proowner <> 'rowledger_migrator'::regrole
               AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        LOOP
            EXECUTE format('ALTER %s OWNER TO rowledger_migrator', thing.what);
        END LOOP;
    END IF;
END $$;
