-- The second wall between organisations. Queries name their organisation; here the database refuses
-- those that forgot. Who may do what, and which rows a role sees, is in afterMigrate.sql, which also
-- covers tables that come later. Without a policy a table with row level security shows nothing to
-- anybody but its owner: that is how it stands until the roles exist.
--
-- One file locks many tables here, against the rule: no release has been out before it. On a database
-- in use it may be given up for a lock, and is then tried again at the next start.

ALTER TABLE organization       ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_key            ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload             ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload_chunk       ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_job         ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_row_result  ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox             ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_dead_letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE entities           ENABLE ROW LEVEL SECURITY;
ALTER TABLE transactions       ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_events        ENABLE ROW LEVEL SECURITY;
ALTER TABLE mapping            ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_key    ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook            ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_delivery   ENABLE ROW LEVEL SECURITY;
ALTER TABLE mail_report        ENABLE ROW LEVEL SECURITY;

-- The three functions below do for a role what it could not do itself, with the rights of the owner.
-- Each says where its names are looked up, so that neither a search_path nor a temporary table of the
-- caller changes what it means.

-- Whether jobs of another organisation have to be taken before those of this one: a yes or no about
-- others, whose rows the API's role does not see. The conditions are those of a claim.
CREATE FUNCTION out_of_turn(organization uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT own.running > 0 AND EXISTS (
        SELECT 1 FROM import_job j
         WHERE j.organization_id <> out_of_turn.organization
           AND j.status IN ('queued', 'running') AND j.lease_owner IS NULL AND j.paused_at IS NULL
           AND (j.not_before IS NULL OR j.not_before <= clock_timestamp())
           AND (j.after_job IS NULL
                OR EXISTS (SELECT 1 FROM import_job d WHERE d.id = j.after_job AND d.status = 'completed'))
           AND own.running > (SELECT count(*) FROM import_job l
                               WHERE l.organization_id = j.organization_id
                                 AND l.status = 'running' AND l.lease_owner IS NOT NULL))
      FROM (SELECT count(*) AS running FROM import_job l
             WHERE l.organization_id = out_of_turn.organization
               AND l.status = 'running' AND l.lease_owner IS NOT NULL) own;
$$;

-- Ends the backends that the lease of a job names: of a job of this organisation, which has to be the
-- one the transaction is about. The API's role may end no others.
CREATE FUNCTION end_backends_of_job(organization uuid, job uuid) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT count(pg_terminate_backend(a.pid))::integer
      FROM import_job j
     CROSS JOIN LATERAL unnest(j.lease_pids, j.lease_starts) AS lost(pid, started)
      JOIN pg_stat_activity a ON a.pid = lost.pid AND a.backend_start = lost.started::timestamptz
     WHERE j.id = end_backends_of_job.job
       AND j.organization_id = end_backends_of_job.organization
       AND j.organization_id = nullif(current_setting('rowledger.organization', true), '')::uuid;
$$;

-- The same, and the backend whose open transaction has moved the row of the job and keeps it.
CREATE FUNCTION end_holders_of_job(organization uuid, job uuid) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH held AS (
        SELECT j.xmax AS mover, j.lease_pids, j.lease_starts FROM import_job j
         WHERE j.id = end_holders_of_job.job
           AND j.organization_id = end_holders_of_job.organization
           AND j.organization_id = nullif(current_setting('rowledger.organization', true), '')::uuid),
    holder AS (
        SELECT lost.pid, lost.started::timestamptz AS started
          FROM held CROSS JOIN LATERAL unnest(held.lease_pids, held.lease_starts) AS lost(pid, started)
        UNION
        SELECT a.pid, a.backend_start
          FROM held
          JOIN pg_locks l ON l.locktype = 'transactionid' AND l.granted AND l.transactionid = held.mover
          JOIN pg_stat_activity a ON a.pid = l.pid)
    SELECT count(pg_terminate_backend(a.pid))::integer
      FROM pg_stat_activity a JOIN holder ON holder.pid = a.pid AND holder.started = a.backend_start
     WHERE a.pid <> pg_backend_pid();
$$;

-- By default everybody may call a function.
REVOKE EXECUTE ON FUNCTION out_of_turn(uuid), end_backends_of_job(uuid, uuid), end_holders_of_job(uuid, uuid) FROM PUBLIC;
