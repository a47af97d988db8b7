-- How many jobs workers are needed for: those in work, and those that a free worker would take. KEDA
-- asks this (deploy/kubernetes/base/worker-scaling.yaml has the same text).
SELECT count(*) FROM import_job j
WHERE j.status = 'running' AND j.lease_owner IS NOT NULL
OR j.status IN ('queued', 'running') AND j.lease_owner IS NULL AND j.paused_at IS NULL
AND (j.not_before IS NULL OR j.not_before <= clock_timestamp())
AND (j.after_job IS NULL
OR EXISTS (SELECT 1 FROM import_job d WHERE d.id = j.after_job AND d.status = 'completed'))
