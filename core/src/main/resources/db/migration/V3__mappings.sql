-- Column mappings that callers keep (contract section 7). A job has a copy of the one it was accepted
-- with, so rows here may be changed and deleted at any time, and no job refers to them.
CREATE TABLE mapping (
    id               uuid        NOT NULL,
    organization_id  uuid        NOT NULL,
    name             text        NOT NULL,
    target           text        NOT NULL,
    column_mapping   jsonb       NOT NULL,
    default_fields   jsonb       NOT NULL DEFAULT '{}',
    headers_snapshot jsonb       NOT NULL DEFAULT '[]',
    version          integer     NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_mapping PRIMARY KEY (id),
    CONSTRAINT fk_mapping_organization FOREIGN KEY (organization_id) REFERENCES organization (id),
    CONSTRAINT ck_mapping_target CHECK (target IN ('transaction', 'entity_person', 'entity_company', 'entity_mixed', 'user_event')),
    CONSTRAINT ck_mapping_version CHECK (version > 0)
);
-- Lists are read newest first; ids rise with time.
CREATE INDEX ix_mapping_organization ON mapping (organization_id, id DESC);
COMMENT ON COLUMN mapping.name IS 'for people; not unique, the id tells mappings apart';
COMMENT ON COLUMN mapping.headers_snapshot IS 'the headers of the file the mapping was made for, as the caller says';
