-- The facts of the main line: files, billings, boletos, notifications. Rows of facts are inserted once and
-- never updated; only `upload` and `batch` (a few hundred rows a million billings) change.

CREATE TABLE beneficiary (
    id      smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tax_id  text NOT NULL CONSTRAINT beneficiary_tax_id_is_unique UNIQUE,
    name    text NOT NULL
);

-- The account, texts and bank parameters that boletos were issued with, as they were then.
CREATE TABLE profile (
    id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    beneficiary_id  smallint NOT NULL REFERENCES beneficiary,
    sha256          bytea NOT NULL,
    content         jsonb NOT NULL,
    CONSTRAINT profile_content_is_unique UNIQUE (beneficiary_id, sha256)
);

-- One series of our numbers at a bank. Blocks are taken under the row's lock and never given back.
CREATE TABLE our_number_series (
    id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    beneficiary_id  smallint NOT NULL REFERENCES beneficiary,
    series          text NOT NULL,
    next_number     bigint NOT NULL,
    CONSTRAINT our_number_series_is_unique UNIQUE (beneficiary_id, series)
);

CREATE TABLE upload (
    id               integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id        uuid NOT NULL DEFAULT uuidv7() CONSTRAINT upload_public_id_is_unique UNIQUE,
    beneficiary_id   smallint NOT NULL REFERENCES beneficiary,
    profile_id       integer NOT NULL REFERENCES profile,
    name             text NOT NULL,
    sha256           bytea NOT NULL,
    size_bytes       bigint NOT NULL,
    storage_path     text NOT NULL,
    mail             text NOT NULL CONSTRAINT upload_mail_is_known
                     CHECK (mail IN ('outbox', 'smtp', 'simulate')),
    encoding         text NOT NULL DEFAULT '',
    delimiter        text NOT NULL DEFAULT '',
    positions        smallint[] NOT NULL DEFAULT '{}',
    records          integer NOT NULL DEFAULT 0,
    accepted         integer NOT NULL DEFAULT 0,
    rejected         integer NOT NULL DEFAULT 0,
    duplicates       integer NOT NULL DEFAULT 0,
    conflicts        integer NOT NULL DEFAULT 0,
    warnings         jsonb NOT NULL DEFAULT '{}',
    rejects_by_code  jsonb NOT NULL DEFAULT '{}',
    received_at      timestamptz NOT NULL DEFAULT now(),
    finished_at      timestamptz,
    removed_at       timestamptz,
    CONSTRAINT upload_bytes_are_unique UNIQUE (beneficiary_id, sha256),
    CONSTRAINT upload_counts_every_record CHECK (accepted + rejected + duplicates = records),
    CONSTRAINT upload_conflicts_are_duplicates CHECK (conflicts <= duplicates)
);

-- Ids are given out in blocks of 2^21, one block a segment of a file, so that consecutive billings of one file
-- are one id range and no two uploads wait for each other.
CREATE SEQUENCE billing_block AS bigint MINVALUE 1;

-- As uploaded. The order of the columns is the order of the binary COPY and leaves no padding.
CREATE TABLE billing (
    id              bigint PRIMARY KEY,
    debt_id         uuid NOT NULL,
    amount_cents    bigint NOT NULL,
    upload_id       integer NOT NULL,
    line_number     integer NOT NULL,
    due_date        date NOT NULL,
    beneficiary_id  smallint NOT NULL,
    warnings        smallint NOT NULL,
    name            text NOT NULL,
    tax_id          text NOT NULL,
    email           text NOT NULL,
    CONSTRAINT billing_debt_id_is_unique UNIQUE (debt_id, beneficiary_id),
    CONSTRAINT billing_amount_fits_a_barcode CHECK (amount_cents BETWEEN 1 AND 9999999999)
);

-- Records that did not become billings: rejected (can be mended and sent again) or duplicate.
CREATE TABLE reject (
    upload_id     integer NOT NULL,
    line_number   integer NOT NULL,
    duplicate     boolean NOT NULL,
    column_name   text NOT NULL,
    code          text NOT NULL,
    message       text NOT NULL,
    raw           text NOT NULL,
    PRIMARY KEY (upload_id, line_number)
);

CREATE TABLE billing_removal (
    billing_id  bigint PRIMARY KEY,
    upload_id   integer NOT NULL,
    removed_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX billing_removal_by_upload ON billing_removal (upload_id);

CREATE TABLE batch (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    upload_id         integer NOT NULL REFERENCES upload,
    first_billing_id  bigint NOT NULL,
    last_billing_id   bigint NOT NULL,
    total             integer NOT NULL,
    state             text NOT NULL DEFAULT 'RECEIVED' CONSTRAINT batch_state_is_known CHECK
                      (state IN ('RECEIVED', 'ISSUING', 'ISSUED', 'NOTIFYING', 'NOTIFIED', 'STOPPED')),
    fence             bigint NOT NULL DEFAULT 0,
    lease_until       timestamptz,
    not_before        timestamptz,
    attempts          integer NOT NULL DEFAULT 0,
    last_error        text,
    series_id         integer REFERENCES our_number_series,
    first_our_number  bigint,
    issued_on         date,
    issued_at         timestamptz,
    object_path       text,
    issued            integer NOT NULL DEFAULT 0,
    sent              integer NOT NULL DEFAULT 0,
    failed            integer NOT NULL DEFAULT 0,
    uncertain         integer NOT NULL DEFAULT 0,
    updated_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT batch_range_is_unique UNIQUE (first_billing_id),
    CONSTRAINT batch_lease_is_held_while_worked CHECK
        ((lease_until IS NOT NULL) = (state IN ('ISSUING', 'NOTIFYING'))),
    CONSTRAINT batch_numbers_are_allocated_together CHECK
        ((series_id IS NULL) = (first_our_number IS NULL) AND (series_id IS NULL) = (issued_on IS NULL))
);
CREATE INDEX batch_by_upload ON batch (upload_id);
CREATE INDEX batch_unfinished ON batch (state, updated_at) WHERE state NOT IN ('NOTIFIED', 'STOPPED');

-- As issued. our_number is the number in its series, without check digit; the barcode holds everything else.
CREATE TABLE boleto (
    billing_id   bigint PRIMARY KEY,
    our_number   bigint NOT NULL,
    series_id    integer NOT NULL,
    pdf_offset   integer,
    pdf_length   integer,
    barcode      text NOT NULL,
    pdf_sha256   bytea,
    CONSTRAINT boleto_our_number_is_unique UNIQUE (series_id, our_number)
);

-- As sent, or given up, or in doubt.
CREATE TABLE notification (
    billing_id  bigint PRIMARY KEY,
    at          timestamptz NOT NULL,
    attempts    smallint NOT NULL,
    reply_code  smallint,
    state       text NOT NULL CONSTRAINT notification_state_is_known
                CHECK (state IN ('SENT', 'FAILED', 'UNCERTAIN')),
    detail      text
);

-- Mails handed to a server that has not answered yet. Written and committed before the handover, deleted with
-- the facts of its outcome; a row whose fence is stale is a mail in doubt.
CREATE TABLE mail_in_flight (
    batch_id     bigint NOT NULL REFERENCES batch,
    fence        bigint NOT NULL,
    chunk        integer NOT NULL,
    billing_ids  bigint[] NOT NULL,
    handed_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (batch_id, fence, chunk)
);

-- Which objects of the outbox hold a batch's mails.
CREATE TABLE outbox_object (
    batch_id  bigint NOT NULL REFERENCES batch,
    path      text NOT NULL,
    PRIMARY KEY (batch_id, path)
);

CREATE VIEW billing_status AS
SELECT b.*,
       u.public_id AS upload_public_id,
       u.received_at AS created_at,
       LEAST(r.removed_at, u.removed_at) AS removed_at,
       o.our_number, o.series_id, o.barcode, o.pdf_offset, o.pdf_length,
       n.at AS notified_at, n.state AS notification_state, n.detail AS notification_detail,
       CASE WHEN r.billing_id IS NOT NULL OR u.removed_at IS NOT NULL THEN 'REMOVED'
            WHEN n.billing_id IS NOT NULL THEN n.state
            WHEN o.billing_id IS NOT NULL THEN 'ISSUED'
            ELSE 'ACKNOWLEDGED' END AS status
  FROM billing b
  JOIN upload u ON u.id = b.upload_id
  LEFT JOIN billing_removal r ON r.billing_id = b.id
  LEFT JOIN boleto o ON o.billing_id = b.id
  LEFT JOIN notification n ON n.billing_id = b.id;

-- One row a file, with the counts of its billings by status and of its batches by state.
CREATE VIEW upload_report AS
SELECT u.*,
       GREATEST(u.received_at, u.removed_at, u.finished_at, w.updated_at) AS updated_at,
       w.last_error,
       COALESCE(w.batches, '{}') AS batches,
       COALESCE(w.total, 0) - COALESCE(w.issued, 0) - g.acknowledged AS acknowledged,
       COALESCE(w.issued, 0) - COALESCE(w.sent, 0) - COALESCE(w.failed, 0) - COALESCE(w.uncertain, 0)
           - g.issued AS issued,
       COALESCE(w.sent, 0) - g.sent AS sent,
       COALESCE(w.failed, 0) - g.failed AS failed,
       COALESCE(w.uncertain, 0) - g.uncertain AS uncertain,
       g.removed
  FROM upload u
  LEFT JOIN LATERAL (
       SELECT sum(s.total) AS total, sum(s.issued) AS issued, sum(s.sent) AS sent, sum(s.failed) AS failed,
              sum(s.uncertain) AS uncertain, max(s.updated_at) AS updated_at, max(s.last_error) AS last_error,
              jsonb_object_agg(s.state, s.batches) AS batches
         FROM (SELECT state, count(*) AS batches, sum(total) AS total, sum(issued) AS issued, sum(sent) AS sent,
                      sum(failed) AS failed, sum(uncertain) AS uncertain, max(updated_at) AS updated_at,
                      max(last_error) AS last_error
                 FROM batch WHERE upload_id = u.id GROUP BY state) s) w ON true
  LEFT JOIN LATERAL (
       SELECT count(*) AS removed,
              count(*) FILTER (WHERE o.billing_id IS NULL) AS acknowledged,
              count(*) FILTER (WHERE o.billing_id IS NOT NULL AND n.billing_id IS NULL) AS issued,
              count(*) FILTER (WHERE n.state = 'SENT') AS sent,
              count(*) FILTER (WHERE n.state = 'FAILED') AS failed,
              count(*) FILTER (WHERE n.state = 'UNCERTAIN') AS uncertain
         FROM billing_removal r
         LEFT JOIN boleto o ON o.billing_id = r.billing_id
         LEFT JOIN notification n ON n.billing_id = r.billing_id
        WHERE r.upload_id = u.id) g ON true;
