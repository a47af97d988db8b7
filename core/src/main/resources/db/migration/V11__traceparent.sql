-- Which trace a job and its events belong to (W3C Trace Context), so that whoever works on them later can go on with it: a
-- worker claims jobs from this table, and a ticket, which carries a trace in its headers, may be lost. Null without tracing.
-- Locked in the order in which the services lock them: an event is written by who holds its job.
ALTER TABLE import_job ADD COLUMN traceparent varchar(55);
ALTER TABLE outbox ADD COLUMN traceparent varchar(55);
ALTER TABLE outbox_dead_letter ADD COLUMN traceparent varchar(55);
COMMENT ON COLUMN import_job.traceparent IS 'of the request that made the job; random ids, nothing of the caller';
