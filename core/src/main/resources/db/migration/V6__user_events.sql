-- What users did, as callers tell it. Every event belongs to an entity.
CREATE TABLE user_events (
    id                     uuid        NOT NULL,
    organization_id        uuid        NOT NULL,
    job_id                 uuid        NOT NULL,
    file_number            integer     NOT NULL,
    row_number             integer     NOT NULL,
    event_id               text,
    event_type             text        NOT NULL,
    entity_id              uuid        NOT NULL,
    entity_external_id     text,
    tax_id                 text,
    tax_id_country         text,
    user_id                text,
    occurred_at            timestamptz NOT NULL,
    event_date             date,
    device_id              text,
    device_details         jsonb,
    ip_address             text,
    country                text,
    is_vpn                 boolean,
    is_proxy               boolean,
    is_new_device          boolean,
    failed_attempts_count  integer,
    destination_account_id text,
    destination_cuit       text,
    previous_value         text,
    metadata               jsonb,
    user_agent             text,
    created_at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Begins with the organisation, so that the list of its newest events needs no index more.
    CONSTRAINT pk_user_events PRIMARY KEY (organization_id, id),
    CONSTRAINT uq_user_events_row UNIQUE (job_id, file_number, row_number),
    CONSTRAINT ck_user_events_failed_attempts_count CHECK (failed_attempts_count >= 0)
);
-- Most events have no id of their own: they would only fill the index.
CREATE UNIQUE INDEX uq_user_events_event_id ON user_events (organization_id, event_id) WHERE event_id IS NOT NULL;
CREATE INDEX ix_user_events_entity ON user_events (organization_id, entity_id, id);
COMMENT ON COLUMN user_events.entity_id IS 'the entity that entity_external_id, tax_id or the row''s entityId resolved to';
COMMENT ON COLUMN user_events.occurred_at IS 'timestamp of the row; the time of acceptance when it has none';
COMMENT ON COLUMN import_row_result.row_key IS 'external id of a transaction, tax id of an entity, event id of a user event, as far as the row had one';

-- The read side lists the newest records of one organisation. With the organisation in front the
-- primary key does that; an index more would be paid for with every imported row.
ALTER TABLE entities DROP CONSTRAINT pk_entities, ADD CONSTRAINT pk_entities PRIMARY KEY (organization_id, id);
ALTER TABLE transactions DROP CONSTRAINT pk_transactions, ADD CONSTRAINT pk_transactions PRIMARY KEY (organization_id, id);
