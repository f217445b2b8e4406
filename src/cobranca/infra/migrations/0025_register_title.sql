-- Remittances: files that enter titles at the bank and write them off. Safe while old code runs: it knows none of it.

-- Whose numbers of files these are: an account of a beneficiary at a bank. A number is taken under the row's lock, in
-- the transaction that freezes the file, and never given back.
CREATE TABLE remittance_series (
    id             integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    beneficiary_id smallint NOT NULL REFERENCES beneficiary,
    account        text NOT NULL,
    next_sequence  integer NOT NULL,
    CONSTRAINT remittance_series_is_unique UNIQUE (beneficiary_id, account)
);

-- Somebody, or the installation by itself, wants registered what is ready; without an upload, of all files. It is the
-- subject of the work that makes the remittances. `account` is what they are written with, as it was then.
CREATE TABLE remittance_order (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id       uuid NOT NULL DEFAULT uuidv7() CONSTRAINT remittance_order_public_id_is_unique UNIQUE,
    beneficiary_id  smallint NOT NULL REFERENCES beneficiary,
    upload_id       integer,
    group_id        bigint NOT NULL,
    asked_by        text NOT NULL,
    idempotency_key text,
    account         jsonb NOT NULL,
    -- What was held back when it ended, by reason.
    held_back       jsonb,
    created_at      timestamptz NOT NULL DEFAULT now(),
    ended_at        timestamptz,
    CONSTRAINT remittance_order_key_is_unique UNIQUE (beneficiary_id, idempotency_key)
);
CREATE UNIQUE INDEX remittance_order_is_open_once ON remittance_order (beneficiary_id, COALESCE(upload_id, 0))
    WHERE ended_at IS NULL;
CREATE INDEX remittance_order_by_upload ON remittance_order (upload_id);

-- A file as it was frozen: its bytes are stored at a path that names their digest, until they are purged. Facts.
CREATE TABLE remittance (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id      uuid NOT NULL DEFAULT uuidv7() CONSTRAINT remittance_public_id_is_unique UNIQUE,
    beneficiary_id smallint NOT NULL REFERENCES beneficiary,
    order_id       bigint NOT NULL REFERENCES remittance_order,
    series_id      integer NOT NULL REFERENCES remittance_series,
    sequence       integer NOT NULL,
    layout         text NOT NULL,
    name           text NOT NULL,
    sha256         bytea NOT NULL,
    size_bytes     bigint NOT NULL,
    titles         integer NOT NULL,
    amount_cents   bigint NOT NULL,
    storage_path   text NOT NULL,
    generated_on   date NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    purged_at      timestamptz,
    CONSTRAINT remittance_sequence_is_unique UNIQUE (series_id, sequence)
);
CREATE INDEX remittance_by_order ON remittance (order_id);
CREATE INDEX remittance_by_beneficiary ON remittance (beneficiary_id, id);
CREATE INDEX remittance_storage_path_idx ON remittance (storage_path);

-- What is asked of the bank about a billing, and where in which file: movement 1 enters it, 2 writes it off. Facts.
CREATE TABLE remittance_title (
    billing_id    bigint NOT NULL,
    remittance_id bigint NOT NULL,
    position      integer NOT NULL,
    movement      smallint NOT NULL CONSTRAINT remittance_movement_is_known CHECK (movement IN (1, 2)),
    CONSTRAINT remittance_title_is_once_a_movement PRIMARY KEY (billing_id, movement)
);

-- A copy of the file lies where the client of the bank looks for it. Facts.
CREATE TABLE remittance_delivery (
    remittance_id bigint PRIMARY KEY REFERENCES remittance,
    delivered_at  timestamptz NOT NULL DEFAULT now()
);

-- Since when its billings are being deleted: that is no wish to have them written off at the bank.
ALTER TABLE upload ADD COLUMN purge_begun_at timestamptz;
