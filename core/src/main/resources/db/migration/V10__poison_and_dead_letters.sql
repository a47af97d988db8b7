-- A job whose runs lose the connection to PostgreSQL over and over, and what was sent again of the dead letters.

ALTER TABLE import_job ADD COLUMN connection_losses integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN import_job.connection_losses IS
    'runs in a row, without a committed chunk, in which the connection to this database broke; not counted in attempt';

-- A record of a topic cannot be changed: that it was replayed is kept here. Offsets begin anew when a topic is made anew,
-- therefore its time belongs to the key.
CREATE TABLE dead_letter_replay (
    topic            text        NOT NULL,
    record_partition integer     NOT NULL,
    record_offset    bigint      NOT NULL,
    recorded_at      timestamptz NOT NULL,
    replayed_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_dead_letter_replay PRIMARY KEY (topic, record_partition, record_offset, recorded_at)
);
