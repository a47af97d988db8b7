-- Every table that holds something of a tenant starts with organization_id or hangs off one that does.
-- Constraint names: pk_, fk_, uq_, ck_, ix_ + table + what.

CREATE TABLE organization (
    id                 uuid        NOT NULL,
    org_key            text        NOT NULL,
    name               text        NOT NULL,
    features           text[]      NOT NULL DEFAULT '{}',
    max_rows_per_file  integer     NOT NULL DEFAULT 1000000,
    max_bytes          bigint      NOT NULL DEFAULT 2147483648,
    max_open_jobs      integer     NOT NULL DEFAULT 100,
    retention_days     integer     NOT NULL DEFAULT 30,
    created_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_organization PRIMARY KEY (id),
    CONSTRAINT uq_organization_org_key UNIQUE (org_key),
    CONSTRAINT ck_organization_limits CHECK (max_rows_per_file > 0 AND max_bytes > 0 AND max_open_jobs > 0 AND retention_days > 0)
);
COMMENT ON COLUMN organization.org_key IS 'what the org_id claim of an access token carries';

CREATE TABLE api_key (
    id              uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    name            text        NOT NULL,
    key_hash        bytea       NOT NULL,
    permissions     text[]      NOT NULL,
    expires_at      timestamptz,
    last_used_at    timestamptz,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_api_key PRIMARY KEY (id),
    CONSTRAINT uq_api_key_hash UNIQUE (key_hash),
    CONSTRAINT fk_api_key_organization FOREIGN KEY (organization_id) REFERENCES organization (id)
);
CREATE INDEX ix_api_key_organization ON api_key (organization_id, created_at);
COMMENT ON COLUMN api_key.key_hash IS 'SHA-256 of the key; the key itself is shown once and never stored';

CREATE TABLE upload (
    id              uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    interpretation  jsonb       NOT NULL,
    topic           text        NOT NULL,
    master_key_id   text        NOT NULL,
    sealed_key      bytea,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at      timestamptz NOT NULL,
    CONSTRAINT pk_upload PRIMARY KEY (id),
    CONSTRAINT fk_upload_organization FOREIGN KEY (organization_id) REFERENCES organization (id)
);
COMMENT ON COLUMN upload.sealed_key IS 'the data key of the chunks, wrapped with the master key; null = forgotten, the rows in Kafka can never be read again';

CREATE TABLE upload_chunk (
    upload_id        uuid    NOT NULL,
    chunk_number     integer NOT NULL,
    file_number      integer NOT NULL,
    first_row        integer NOT NULL,
    row_count        integer NOT NULL,
    record_partition integer NOT NULL,
    record_offset    bigint  NOT NULL,
    CONSTRAINT pk_upload_chunk PRIMARY KEY (upload_id, chunk_number),
    CONSTRAINT fk_upload_chunk_upload FOREIGN KEY (upload_id) REFERENCES upload (id),
    CONSTRAINT ck_upload_chunk_sane CHECK (chunk_number >= 0 AND file_number >= 1 AND row_count > 0 AND record_offset >= 0)
);

CREATE TABLE import_job (
    id                uuid        NOT NULL,
    organization_id   uuid        NOT NULL,
    upload_id         uuid        NOT NULL,
    kind              text        NOT NULL,
    status            text        NOT NULL DEFAULT 'queued',
    phase             text        NOT NULL DEFAULT 'queued',
    -- counters: the invariant total = succeeded + failed + skipped + unprocessed holds by construction
    total_items       integer     NOT NULL,
    succeeded         integer     NOT NULL DEFAULT 0,
    failed            integer     NOT NULL DEFAULT 0,
    skipped           integer     NOT NULL DEFAULT 0,
    unprocessed       integer     GENERATED ALWAYS AS (total_items - succeeded - failed - skipped) STORED,
    -- checkpoint: chunks below next_chunk are done in the current phase
    chunk_count       integer     NOT NULL,
    next_chunk        integer     NOT NULL DEFAULT 0,
    stopped_early     boolean     NOT NULL DEFAULT false,
    -- lease: who may write, until when, and which backends to end when it is taken over
    fence             bigint      NOT NULL DEFAULT 0,
    lease_owner       text,
    lease_expires_at  timestamptz,
    lease_pids        integer[],
    lease_starts      text[],
    heartbeat_at      timestamptz,
    attempt           integer     NOT NULL DEFAULT 0,
    not_before        timestamptz,
    waiting_since     timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- what was asked for
    error_handling    text        NOT NULL,
    options           jsonb       NOT NULL DEFAULT '{}',
    mapping           jsonb       NOT NULL,
    metadata          jsonb       NOT NULL DEFAULT '{}',
    codec_version     integer     NOT NULL,
    created_by        text        NOT NULL,
    cancelled_by      text,
    -- how it ended
    failure_code      text,
    failure_message   text,
    worker_error      text,
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at        timestamptz,
    updated_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    completed_at      timestamptz,
    CONSTRAINT pk_import_job PRIMARY KEY (id),
    CONSTRAINT fk_import_job_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
    CONSTRAINT fk_import_job_upload FOREIGN KEY (upload_id) REFERENCES upload (id),
    CONSTRAINT ck_import_job_kind CHECK (kind IN ('entity_automatic', 'transaction_batch', 'user_event_batch')),
    CONSTRAINT ck_import_job_status CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'interrupted')),
    CONSTRAINT ck_import_job_phase CHECK (phase IN ('queued', 'validating', 'processing', 'applying', 'done')),
    CONSTRAINT ck_import_job_error_handling CHECK (error_handling IN ('rollback_all', 'stop_keep_success', 'continue_collect_errors')),
    CONSTRAINT ck_import_job_counters CHECK (
        total_items > 0 AND succeeded >= 0 AND failed >= 0 AND skipped >= 0
        AND succeeded::bigint + failed + skipped <= total_items),
    CONSTRAINT ck_import_job_checkpoint CHECK (chunk_count > 0 AND next_chunk BETWEEN 0 AND chunk_count),
    CONSTRAINT ck_import_job_terminal CHECK (
        (status IN ('completed', 'failed', 'cancelled', 'interrupted')) = (completed_at IS NOT NULL)
        AND (completed_at IS NOT NULL) = (phase = 'done')),
    CONSTRAINT ck_import_job_completed_is_whole CHECK (
        status <> 'completed' OR stopped_early OR succeeded + failed + skipped = total_items),
    CONSTRAINT ck_import_job_failure CHECK ((status = 'failed') = (failure_code IS NOT NULL)),
    CONSTRAINT ck_import_job_rolled_back CHECK (failure_code IS DISTINCT FROM 'ROLLED_BACK' OR succeeded = 0),
    CONSTRAINT ck_import_job_lease CHECK (
        (lease_owner IS NULL) = (lease_expires_at IS NULL)
        AND (lease_owner IS NULL OR status = 'running'))
);
-- Claims look at open jobs only; history is read by organisation, newest first.
CREATE INDEX ix_import_job_open ON import_job (organization_id, created_at) WHERE status IN ('queued', 'running');
CREATE INDEX ix_import_job_history ON import_job (organization_id, created_at DESC, id DESC);
CREATE INDEX ix_import_job_upload ON import_job (upload_id);

-- The last line of defence. A checkpoint may only move together with the counters of exactly the
-- rows it covers, and nothing of a terminal job may change. A bug in a runner becomes an error
-- here and a rolled-back chunk, never a wrong count.
CREATE FUNCTION import_job_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted  integer := NEW.succeeded + NEW.failed + NEW.skipped - OLD.succeeded - OLD.failed - OLD.skipped;
    covered  integer;
BEGIN
    IF OLD.status IN ('completed', 'failed', 'cancelled', 'interrupted') AND (
        NEW.status <> OLD.status OR NEW.succeeded <> OLD.succeeded OR NEW.failed <> OLD.failed
        OR NEW.skipped <> OLD.skipped OR NEW.total_items <> OLD.total_items) THEN
        RAISE EXCEPTION 'job % is % and cannot change', OLD.id, OLD.status USING ERRCODE = 'RL001';
    END IF;
    IF NEW.fence < OLD.fence THEN
        RAISE EXCEPTION 'the fence of job % cannot go down', OLD.id USING ERRCODE = 'RL002';
    END IF;
    IF OLD.status <> 'queued' AND NEW.status = 'queued' THEN
        RAISE EXCEPTION 'job % was started and cannot be queued again', OLD.id USING ERRCODE = 'RL003';
    END IF;
    IF NEW.succeeded < OLD.succeeded OR NEW.skipped < OLD.skipped OR NEW.failed < OLD.failed THEN
        RAISE EXCEPTION 'counters of job % cannot go down', OLD.id USING ERRCODE = 'RL004';
    END IF;
    IF OLD.phase = 'processing' AND (counted <> 0 OR NEW.next_chunk <> OLD.next_chunk) THEN
        SELECT coalesce(sum(c.row_count), 0) INTO covered FROM upload_chunk c
         WHERE c.upload_id = NEW.upload_id AND c.chunk_number >= OLD.next_chunk AND c.chunk_number < NEW.next_chunk;
        IF NEW.next_chunk < OLD.next_chunk OR counted <> covered AND NOT (NEW.stopped_early AND counted < covered) THEN
            RAISE EXCEPTION 'job %: chunks % to % have % rows but % were counted',
                OLD.id, OLD.next_chunk, NEW.next_chunk, covered, counted USING ERRCODE = 'RL005';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tr_import_job_guard BEFORE UPDATE ON import_job FOR EACH ROW EXECUTE FUNCTION import_job_guard();

-- Failures and skips only: a success is the record itself.
CREATE TABLE import_row_result (
    job_id          uuid    NOT NULL,
    file_number     integer NOT NULL,
    row_number      integer NOT NULL,
    organization_id uuid    NOT NULL,
    outcome         text    NOT NULL,
    code            text    NOT NULL,
    message         text    NOT NULL,
    row_key         text,
    entity_type     text,
    column_name     text,
    value           text,
    cells           jsonb,
    CONSTRAINT pk_import_row_result PRIMARY KEY (job_id, file_number, row_number),
    CONSTRAINT fk_import_row_result_job FOREIGN KEY (job_id) REFERENCES import_job (id),
    CONSTRAINT ck_import_row_result_outcome CHECK (outcome IN ('failed', 'skipped')),
    CONSTRAINT ck_import_row_result_value CHECK (length(value) <= 200)
);
COMMENT ON COLUMN import_row_result.row_key IS 'external id of a transaction, tax id of an entity, as far as the row had one';
COMMENT ON COLUMN import_row_result.cells IS 'the row as it came, {column: cell}, kept until retention so that it can be corrected and sent again';

-- ids rise within a job, because whoever adds an event holds the job's row: they are the sequence.
CREATE TABLE outbox (
    id              bigint      GENERATED ALWAYS AS IDENTITY,
    event_id        uuid        NOT NULL,
    job_id          uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    event_type      text        NOT NULL,
    job_kind        text        NOT NULL,
    data            text        NOT NULL,
    occurred_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_outbox PRIMARY KEY (id),
    CONSTRAINT uq_outbox_event UNIQUE (event_id)
);
CREATE TABLE outbox_dead_letter (
    LIKE outbox INCLUDING DEFAULTS,
    reason  text        NOT NULL,
    dead_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_outbox_dead_letter PRIMARY KEY (id)
);

CREATE TABLE entities (
    id                uuid        NOT NULL,
    organization_id   uuid        NOT NULL,
    job_id            uuid        NOT NULL,
    file_number       integer     NOT NULL,
    row_number        integer     NOT NULL,
    external_id       text        NOT NULL,
    type              text        NOT NULL,
    tax_id            text        NOT NULL,
    country_code      text        NOT NULL,
    name              text,
    status            text        NOT NULL,
    is_client         boolean,
    nationality       text,
    email             text,
    phone             text,
    registration_date date,
    attributes        jsonb,
    risk_factors      jsonb,
    entity_data       jsonb,
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_entities PRIMARY KEY (id),
    CONSTRAINT uq_entities_row UNIQUE (job_id, file_number, row_number),
    CONSTRAINT uq_entities_tax_id UNIQUE (organization_id, tax_id, country_code),
    CONSTRAINT uq_entities_external_id UNIQUE (organization_id, external_id),
    CONSTRAINT ck_entities_type CHECK (type IN ('person', 'company'))
);

CREATE TABLE transactions (
    id                      uuid        NOT NULL,
    organization_id         uuid        NOT NULL,
    job_id                  uuid        NOT NULL,
    file_number             integer     NOT NULL,
    row_number              integer     NOT NULL,
    external_id             text        NOT NULL,
    type                    text        NOT NULL,
    amount                  numeric     NOT NULL,
    currency                text        NOT NULL,
    status                  text        NOT NULL,
    payment_method          text,
    description             text,
    category                text,
    reason                  text,
    transacted_at           timestamptz NOT NULL,
    channel                 text,
    origin_entity_id        uuid,
    origin_external_id      text,
    origin_tax_id           text,
    origin_name             text,
    origin_country          text,
    origin_details          jsonb,
    destination_entity_id   uuid,
    destination_external_id text,
    destination_tax_id      text,
    destination_name        text,
    destination_country     text,
    destination_details     jsonb,
    location_details        jsonb,
    device_details          jsonb,
    metadata                jsonb,
    created_at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_transactions PRIMARY KEY (id),
    CONSTRAINT uq_transactions_row UNIQUE (job_id, file_number, row_number),
    CONSTRAINT uq_transactions_external_id UNIQUE (organization_id, external_id),
    CONSTRAINT ck_transactions_amount CHECK (amount >= 0)
);
