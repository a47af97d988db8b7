-- The answer that a request with an Idempotency-Key was given, so that it can be given again.

CREATE TABLE idempotency_key (
    organization_id uuid        NOT NULL,
    operation       text        NOT NULL,
    key             text        NOT NULL,
    digest          bytea       NOT NULL,
    job_id          uuid        NOT NULL,
    answer          json        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_idempotency_key PRIMARY KEY (organization_id, operation, key),
    CONSTRAINT fk_idempotency_key_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
    CONSTRAINT ck_idempotency_key_length CHECK (length(key) BETWEEN 1 AND 256)
);
CREATE INDEX ix_idempotency_key_created_at ON idempotency_key (created_at);
COMMENT ON COLUMN idempotency_key.digest IS 'SHA-256 of what was asked for: the same key with other content is refused';
COMMENT ON COLUMN idempotency_key.answer IS 'the body of the answer without any cell; json and not jsonb, because the order of its keys is kept';
