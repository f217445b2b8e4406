-- Return files, what each record of them became, and payments. Facts are inserted once; only `return_file` is written
-- twice (when it came, and when it was read), and `settlement`, which is made of the facts and can be made again.
-- Safe while old code runs: it knows none of it.

CREATE TABLE return_file (
    id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id       uuid NOT NULL DEFAULT uuidv7() CONSTRAINT return_file_public_id_is_unique UNIQUE,
    beneficiary_id  smallint NOT NULL REFERENCES beneficiary,
    name            text NOT NULL,
    sha256          bytea NOT NULL,
    size_bytes      bigint NOT NULL,
    storage_path    text NOT NULL,
    -- Who brought it: a call, or the folder that is looked through.
    came_by         text NOT NULL CONSTRAINT return_file_way_is_known CHECK (came_by IN ('api', 'folder')),
    -- Of a file of the folder: when it was changed last, in ns since 1970.
    changed_ns      bigint,
    received_at     timestamptz NOT NULL DEFAULT now(),
    work_group_id   bigint,
    -- A person says that it is ours, whatever its header says.
    linked          boolean NOT NULL DEFAULT false,
    -- A person wants it posted, though it was only shown or is in conflict.
    wanted          boolean NOT NULL DEFAULT false,
    -- From here on: what reading it told. NULL verdict: not read yet.
    read_at         timestamptz,
    verdict         text CONSTRAINT return_file_verdict_is_known
                    CHECK (verdict IN ('accept', 'refuse', 'report', 'repeat', 'conflict')),
    code            text,
    message         text,
    line            integer,
    first_place     smallint,
    last_place      smallint,
    bank            text,
    layout          smallint,
    agreement       text,
    created_on      date,
    sequence        text,
    content_sha256  bytea,
    records_sha256  bytea,
    identity        text,
    -- The earlier file that it repeats, or is in conflict with.
    repeats         integer REFERENCES return_file,
    line_count      integer,
    tally           jsonb,
    -- Its records are shown, and nothing of it counts until a person posts it.
    shown_only      boolean NOT NULL DEFAULT false,
    posted_at       timestamptz,
    CONSTRAINT return_file_is_posted_when_accepted CHECK (posted_at IS NULL OR verdict IN ('accept', 'conflict'))
);
CREATE INDEX return_file_by_beneficiary ON return_file (beneficiary_id, id);
CREATE INDEX return_file_by_content ON return_file (beneficiary_id, content_sha256);
CREATE INDEX return_file_by_records ON return_file (beneficiary_id, records_sha256);
CREATE INDEX return_file_by_identity ON return_file (beneficiary_id, identity);
CREATE INDEX return_file_by_storage_path ON return_file (storage_path);

-- Every occurrence of every file that was believed. The order of the columns is that of the binary COPY.
CREATE TABLE return_record (
    file_id         integer NOT NULL,
    line            integer NOT NULL,
    -- NULL: no billing of ours.
    billing_id      bigint,
    title_cents     bigint NOT NULL,
    -- Of money what the payer gave; of all else what stands in that field.
    paid_cents      bigint NOT NULL,
    occurred_on     date,
    credited_on     date,
    -- What happened (cnab.returns.KINDS), what became of the record (payments.records.FATES), and why.
    kind            smallint NOT NULL,
    fate            smallint NOT NULL,
    occurrence      text NOT NULL,
    our_number      text NOT NULL,
    paid_at         text NOT NULL,
    reasons         text NOT NULL,
    note            text NOT NULL,
    PRIMARY KEY (file_id, line)
);

-- One teller's word that a payer has paid. `told_by` is the file, the webhook call or the person's act.
CREATE TABLE payment (
    billing_id      bigint NOT NULL,
    told_by         bigint NOT NULL,
    paid_cents      bigint NOT NULL CONSTRAINT payment_is_some CHECK (paid_cents > 0),
    extra_cents     bigint NOT NULL,
    deducted_cents  bigint NOT NULL,
    told_at         timestamptz NOT NULL,
    line            integer NOT NULL,
    paid_on         date NOT NULL,
    teller          smallint NOT NULL CONSTRAINT payment_teller_is_known CHECK (teller IN (1, 2, 3)),
    credited_on     date,
    net_cents       bigint,
    CONSTRAINT payment_is_told_once PRIMARY KEY (billing_id, teller, told_by, line)
);

-- A payment was taken back: by the bank (teller 1), or by a person who undoes a settlement and names it.
CREATE TABLE payment_reversal (
    billing_id      bigint NOT NULL,
    teller          smallint NOT NULL,
    told_by         bigint NOT NULL,
    line            integer NOT NULL,
    amount_cents    bigint NOT NULL,
    reversed_on     date NOT NULL,
    of_told_by      bigint,
    told_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payment_reversal_is_told_once PRIMARY KEY (billing_id, teller, told_by, line)
);

-- What else banks tell of a title: written off, protested, pending, changed.
CREATE TABLE title_event (
    billing_id      bigint NOT NULL,
    file_id         integer NOT NULL,
    line            integer NOT NULL,
    occurred_on     date NOT NULL,
    kind            text NOT NULL,
    CONSTRAINT title_event_is_told_once PRIMARY KEY (billing_id, file_id, line)
);

-- What the facts make of a billing's money, so that lists need not: `payments.settling` makes it of them.
CREATE TABLE settlement (
    billing_id      bigint PRIMARY KEY,
    paid_cents      bigint NOT NULL,
    extra_cents     bigint NOT NULL,
    deducted_cents  bigint NOT NULL,
    overpaid_cents  bigint NOT NULL,
    receivable_cents bigint NOT NULL,
    cash_cents      bigint NOT NULL,
    fees_cents      bigint NOT NULL,
    -- When the newest payment that stands was first told of.
    known_at        timestamptz NOT NULL,
    -- 0 open, 1 partially paid, 2 paid, 3 overpaid.
    state           smallint NOT NULL,
    -- Reversals that no payment answers to.
    unanswered      smallint NOT NULL
);

-- Uploads of which some billing has had money or word of a bank: lists of all others need not ask.
CREATE TABLE upload_settled (
    upload_id       integer PRIMARY KEY
);

-- Money of which no billing is known, or that a person has to judge. What became of it is in `suspense_end`.
CREATE TABLE suspense (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id       uuid NOT NULL DEFAULT uuidv7() CONSTRAINT suspense_public_id_is_unique UNIQUE,
    beneficiary_id  smallint NOT NULL REFERENCES beneficiary,
    teller          smallint NOT NULL,
    told_by         bigint NOT NULL,
    line            integer NOT NULL,
    why             text NOT NULL,
    -- The our number of the file, or the code of the debt that a webhook names.
    reference       text NOT NULL,
    -- The billing that is probably meant.
    billing_id      bigint,
    paid_cents      bigint NOT NULL,
    extra_cents     bigint NOT NULL,
    deducted_cents  bigint NOT NULL,
    net_cents       bigint,
    paid_on         date NOT NULL,
    credited_on     date,
    told_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT suspense_is_told_once UNIQUE (teller, told_by, line)
);
CREATE INDEX suspense_by_beneficiary ON suspense (beneficiary_id, id);

CREATE TABLE suspense_end (
    suspense_id     bigint PRIMARY KEY REFERENCES suspense,
    -- NULL: dropped, it is no money of ours.
    billing_id      bigint,
    ended_by        text NOT NULL,
    reason          text NOT NULL,
    ended_at        timestamptz NOT NULL DEFAULT now()
);

-- Calls of other systems that tell of payments.
CREATE TABLE payment_call (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    beneficiary_id  smallint NOT NULL REFERENCES beneficiary,
    call_id         text NOT NULL,
    body_sha256     bytea NOT NULL,
    paid_at         text NOT NULL,
    paid_by         text NOT NULL,
    matched         boolean NOT NULL,
    received_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payment_call_is_taken_once UNIQUE (beneficiary_id, call_id)
);

-- What a person did: settled a billing by hand, or undid that.
CREATE TABLE settlement_act (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    beneficiary_id  smallint NOT NULL REFERENCES beneficiary,
    billing_id      bigint NOT NULL,
    asked_by        text NOT NULL,
    reason          text NOT NULL,
    idempotency_key text,
    acted_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT settlement_act_key_is_unique UNIQUE (beneficiary_id, idempotency_key)
);
CREATE INDEX settlement_act_by_billing ON settlement_act (billing_id);
