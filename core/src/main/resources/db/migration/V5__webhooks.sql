-- Endpoints that an organisation wants to hear at, what is sent there, and mails about ended jobs.

CREATE TABLE webhook (
    id              uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    url             text        NOT NULL,
    event_types     text[]      NOT NULL DEFAULT '{}',
    master_key_id   text        NOT NULL,
    sealed_secret   bytea       NOT NULL,
    previous_secret bytea,
    previous_until  timestamptz,
    disabled_at     timestamptz,
    disabled_reason text,
    created_by      text        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_webhook PRIMARY KEY (id),
    CONSTRAINT fk_webhook_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
    CONSTRAINT ck_webhook_previous CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
    CONSTRAINT ck_webhook_disabled CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
);
CREATE INDEX ix_webhook_organization ON webhook (organization_id, id);
COMMENT ON COLUMN webhook.event_types IS 'ce_type of the events that are sent; empty = all';
COMMENT ON COLUMN webhook.sealed_secret IS 'the signing secret, sealed with the master key; the secret itself is shown once';
COMMENT ON COLUMN webhook.previous_secret IS 'signs beside the new one until previous_until';

-- No foreign key to webhook: an event is written by a transaction that imports rows, and that may
-- not fail because somebody deletes an endpoint at the same moment.
CREATE TABLE webhook_delivery (
    webhook_id      uuid        NOT NULL,
    event_id        uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    job_id          uuid,
    sequence        bigint,
    event_type      text        NOT NULL,
    data            text        NOT NULL,
    occurred_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    state           text        NOT NULL DEFAULT 'pending',
    attempts        integer     NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_until     timestamptz,
    last_attempt_at timestamptz,
    last_status     integer,
    last_error      text,
    response_millis integer,
    completed_at    timestamptz,
    CONSTRAINT pk_webhook_delivery PRIMARY KEY (webhook_id, event_id),
    CONSTRAINT ck_webhook_delivery_state CHECK (state IN ('pending', 'delivered', 'failed')),
    CONSTRAINT ck_webhook_delivery_completed CHECK ((state = 'pending') = (completed_at IS NULL))
);
CREATE INDEX ix_webhook_delivery_due ON webhook_delivery (next_attempt_at) WHERE state = 'pending';
CREATE INDEX ix_webhook_delivery_job ON webhook_delivery (webhook_id, job_id, sequence) WHERE state = 'pending';
-- Few rows, those that are being sent: how busy an endpoint is.
CREATE INDEX ix_webhook_delivery_leased ON webhook_delivery (webhook_id) WHERE state = 'pending' AND lease_until IS NOT NULL;
CREATE INDEX ix_webhook_delivery_age ON webhook_delivery (occurred_at);
COMMENT ON COLUMN webhook_delivery.event_id IS 'ce_id on the topic, webhook-id on the wire: the same for every try';
COMMENT ON COLUMN webhook_delivery.sequence IS 'ce_sequence on the topic; null for a test event, which is about no job';
COMMENT ON COLUMN webhook_delivery.attempts IS 'tries begun; counted before sending, so that a try that kills the process counts';

-- Addresses stay in the options of the job, so that they are erased with it.
CREATE TABLE mail_report (
    job_id          uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    state           text        NOT NULL DEFAULT 'pending',
    attempts        integer     NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_until     timestamptz,
    last_error      text,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    completed_at    timestamptz,
    CONSTRAINT pk_mail_report PRIMARY KEY (job_id),
    CONSTRAINT fk_mail_report_job FOREIGN KEY (job_id) REFERENCES import_job (id) ON DELETE CASCADE,
    CONSTRAINT ck_mail_report_state CHECK (state IN ('pending', 'sent', 'failed')),
    CONSTRAINT ck_mail_report_completed CHECK ((state = 'pending') = (completed_at IS NULL))
);
CREATE INDEX ix_mail_report_due ON mail_report (next_attempt_at) WHERE state = 'pending';
CREATE INDEX ix_mail_report_age ON mail_report (created_at);
