-- Files that were read and not started: what was found, how they were read, and how columns of a header are meant.
CREATE TABLE upload_check (
    id             integer     GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id      uuid        NOT NULL DEFAULT gen_random_uuid() CONSTRAINT upload_check_public_id_is_unique UNIQUE,
    beneficiary_id smallint    NOT NULL REFERENCES beneficiary (id),
    name           text        NOT NULL,
    sha256         bytea       NOT NULL,
    size_bytes     bigint      NOT NULL,
    storage_path   text        NOT NULL,
    mail           text        NOT NULL,
    options        jsonb       NOT NULL,
    result         jsonb       NOT NULL,
    started_upload uuid,
    created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX upload_check_storage_path_idx ON upload_check (storage_path);
CREATE INDEX upload_check_created_at_idx ON upload_check (created_at);

-- Positions only: a header that is no header may be somebody's data.
CREATE TABLE column_mapping (
    beneficiary_id smallint    NOT NULL REFERENCES beneficiary (id),
    header_sha256  bytea       NOT NULL,
    positions      jsonb       NOT NULL,
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT column_mapping_is_one_a_header PRIMARY KEY (beneficiary_id, header_sha256)
);
