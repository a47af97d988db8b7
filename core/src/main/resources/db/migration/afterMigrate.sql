-- Who may do what with which table, and which rows of it. Runs after every migration, so that it is
-- true whatever came before: new tables, and roles that were made after the tables.
--
-- A table that has no line here can be used by nobody but its owner, and AccessTest fails: every
-- table needs a decision. The roles are made by deploy/postgresql/roles.sql; docs/database-roles.md
-- explains them. Without them, with one user for everything, there is nothing to do.
DO $$
DECLARE
    -- What the transaction says that it is about. A subquery, so that it is asked once and not for
    -- every row. After the end of a transaction that said it, it is '' and not null.
    own CONSTANT text := '(SELECT nullif(current_setting(''rowledger.organization'', true), '''')::uuid)';
    api CONSTANT text := 'rowledger_api';
    sys CONSTANT text := 'rowledger_system';
    wrk CONSTANT text := 'rowledger_worker';
    line record;
    columns text;
    visible text;
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN (api, sys, wrk)) < 3 THEN
        RETURN;
    END IF;
    -- Several processes may start at once.
    PERFORM pg_advisory_xact_lock(hashtextextended('rowledger access', 0));

    -- Columns: * all; a,b these; -a,b all but these; null none.
    -- Counters and checkpoint of a job move with the rows: they are the worker's. What a job is, and
    -- what limits an organisation has, nobody changes who works for a caller.
    FOR line IN SELECT * FROM (VALUES
        ('flyway_schema_history', api, '*', false, NULL, false),
        ('flyway_schema_history', wrk, '*', false, NULL, false),
        ('flyway_schema_history', sys, '*', false, NULL, false),

        ('organization', api, '*', false, '-id,org_key,features,max_rows_per_file,max_bytes,max_open_jobs,created_at', false),
        ('organization', sys, '*', true, '-id,org_key,created_at', false),
        -- How long Kafka has to keep rows, which is checked at start.
        ('organization', wrk, 'retention_days', false, NULL, false),

        ('api_key', api, '*', true, NULL, true),
        -- Finds out whose key it is.
        ('api_key', sys, '*', true, 'last_used_at,permissions', false),

        ('upload', api, '*', true, 'sealed_key,interpretation,expires_at', false),
        ('upload', sys, '*', false, 'sealed_key,interpretation', false),
        ('upload', wrk, '*', false, NULL, false),

        ('upload_chunk', api, '*', true, NULL, false),
        ('upload_chunk', wrk, '*', false, NULL, false),

        ('import_job', api, '*', true, '-id,organization_id,upload_id,kind,total_items,succeeded,failed,skipped,unprocessed,chunk_count,next_chunk,stopped_early,attempt,connection_losses,codec_version,created_by,created_at,started_at,dry_run,commit_of,retry_of,after_job,traceparent', false),
        ('import_job', sys, '*', false, '-id,organization_id,upload_id,kind,total_items,succeeded,failed,skipped,unprocessed,chunk_count,next_chunk,stopped_early,attempt,connection_losses,mapping,codec_version,created_by,created_at,started_at,dry_run,commit_of,retry_of,after_job,traceparent', false),
        ('import_job', wrk, '*', false, '-id,organization_id,upload_id,kind,total_items,unprocessed,chunk_count,mapping,codec_version,created_by,created_at,dry_run,label,commit_of,retry_of,after_job,traceparent,cancelled_by,failures_erased_at,contents_erased_at', false),

        ('import_row_result', api, '*', false, 'message,row_key,value,cells', false),
        ('import_row_result', wrk, '*', true, NULL, false),

        ('outbox', api, '*', true, 'data', false),
        ('outbox', sys, '*', true, NULL, true),
        ('outbox', wrk, '*', true, NULL, true),

        -- Erasure takes the contents of files out of these, too.
        ('outbox_dead_letter', api, 'job_id,organization_id,data', false, 'data', false),
        ('outbox_dead_letter', sys, 'id', true, NULL, false),
        -- dead-letters replay puts them back.
        ('outbox_dead_letter', wrk, '*', true, NULL, true),

        ('dead_letter_replay', wrk, '*', true, NULL, false),

        ('entities', api, '*', false, NULL, false),
        ('entities', wrk, '*', true, NULL, false),
        ('transactions', api, '*', false, NULL, false),
        ('transactions', wrk, '*', true, NULL, false),
        ('user_events', api, '*', false, NULL, false),
        ('user_events', wrk, '*', true, NULL, false),

        ('mapping', api, '*', true, '-id,organization_id,created_at', true),

        ('idempotency_key', api, '*', true, 'answer', false),
        ('idempotency_key', sys, 'organization_id,operation,key,created_at', false, NULL, true),

        ('webhook', api, '*', true, '-id,organization_id,created_by,created_at', true),
        ('webhook', sys, '*', false, 'disabled_at,disabled_reason,updated_at', false),
        -- Which endpoints want an event; not where they are, and not their secrets.
        ('webhook', wrk, 'id,organization_id,event_types,disabled_at', false, NULL, false),

        ('webhook_delivery', api, '*', true, 'state,attempts,next_attempt_at,completed_at,data', true),
        ('webhook_delivery', sys, '*', true, '-webhook_id,event_id,organization_id,job_id,sequence,event_type,data,occurred_at', true),
        ('webhook_delivery', wrk, NULL, true, NULL, false),

        ('mail_report', api, 'job_id', true, NULL, false),
        ('mail_report', sys, '*', true, '-job_id,organization_id,created_at', true),
        ('mail_report', wrk, 'job_id', true, NULL, false)
    ) AS decision(tbl, role, readable, addable, writable, deletable)
    -- A migration may stand at an earlier version, on purpose.
    WHERE to_regclass(quote_ident(tbl)) IS NOT NULL
    LOOP
        EXECUTE format('REVOKE ALL ON TABLE %I FROM %I', line.tbl, line.role);
        FOR columns IN
            SELECT format(CASE WHEN given.list = '*' THEN '%s' ELSE '%s (%s)' END, given.privilege,
                       (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
                         WHERE a.attrelid = to_regclass(quote_ident(line.tbl)) AND a.attnum > 0 AND NOT a.attisdropped
                           AND CASE WHEN left(given.list, 1) = '-'
                                    THEN a.attname <> ALL (string_to_array(substr(given.list, 2), ','))
                                    ELSE a.attname = ANY (string_to_array(given.list, ',')) END))
              FROM (VALUES ('SELECT', line.readable), ('INSERT', CASE WHEN line.addable THEN '*' END),
                           ('UPDATE', line.writable), ('DELETE', CASE WHEN line.deletable THEN '*' END))
                   AS given(privilege, list)
             WHERE given.list IS NOT NULL
        LOOP
            EXECUTE format('GRANT %s ON TABLE %I TO %I', columns, line.tbl, line.role);
        END LOOP;
    END LOOP;

    -- The rows. The API sees its caller's, and none when it does not say whose; the system role, which
    -- it becomes for what no caller asked for, all of the tables that it was given above. Workers have
    -- BYPASSRLS, because COPY FROM does not work on a table with policies for who copies.
    FOR line IN
        SELECT c.oid, c.relname AS tbl, c.relrowsecurity FROM pg_class c
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'import_job'::regclass)
           -- A table that an administrator put beside ours is not ours to change, and was given to nobody above.
           AND pg_has_role(c.relowner, 'USAGE')
           AND (c.relname IN ('organization', 'upload_chunk')
                OR EXISTS (SELECT 1 FROM pg_attribute a
                            WHERE a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped))
    LOOP
        IF NOT line.relrowsecurity THEN
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', line.tbl);
        END IF;
        IF NOT EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = line.oid AND polname = 'own_rows') THEN
            visible := CASE line.tbl
                WHEN 'organization' THEN 'id = ' || own
                WHEN 'upload_chunk' THEN 'EXISTS (SELECT 1 FROM upload u WHERE u.id = upload_id AND u.organization_id = ' || own || ')'
                ELSE 'organization_id = ' || own END;
            -- A job of one organisation on the rows of another would import them.
            EXECUTE format('CREATE POLICY own_rows ON %I TO %I USING (%s) WITH CHECK (%s)', line.tbl, api, visible,
                visible || CASE line.tbl WHEN 'import_job'
                    THEN ' AND EXISTS (SELECT 1 FROM upload u WHERE u.id = upload_id AND u.organization_id = ' || own || ')'
                    ELSE '' END);
        END IF;
        IF NOT EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = line.oid AND polname = 'all_rows') THEN
            EXECUTE format('CREATE POLICY all_rows ON %I TO %I USING (true) WITH CHECK (true)', line.tbl, sys);
        END IF;
    END LOOP;

    IF to_regprocedure('out_of_turn(uuid)') IS NOT NULL THEN
        EXECUTE format('GRANT EXECUTE ON FUNCTION out_of_turn(uuid) TO %I, %I, %I', api, sys, wrk);
        EXECUTE format('GRANT EXECUTE ON FUNCTION end_backends_of_job(uuid, uuid), end_holders_of_job(uuid, uuid) TO %I', api);
    END IF;
END $$;
