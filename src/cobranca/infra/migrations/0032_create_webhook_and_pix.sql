-- Webhooks: where a beneficiary's own systems are told what became of billings, and what was told. Safe while old code
-- runs: it knows none of it.

CREATE TABLE webhook_endpoint (
    id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id       uuid NOT NULL DEFAULT uuidv7() CONSTRAINT webhook_endpoint_public_id_is_unique UNIQUE,
    beneficiary_id  smallint NOT NULL REFERENCES beneficiary,
    url             text NOT NULL,
    events          text[] NOT NULL,
    group_id        bigint NOT NULL,
    -- How far its facts have been gathered: instant, and billing within it. Facts of before it was made are not told.
    gathered_at     timestamptz NOT NULL DEFAULT now(),
    gathered_id     bigint NOT NULL DEFAULT 9223372036854775807,
    -- Since when nothing was taken; NULL: the last call was.
    failing_since   timestamptz,
    switched_off_at timestamptz,
    switched_off_why text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    deleted_at      timestamptz
);
CREATE INDEX webhook_endpoint_by_beneficiary ON webhook_endpoint (beneficiary_id, id);

-- What calls are signed with: the newest, and older ones until their end. Read by what signs alone.
CREATE TABLE webhook_secret (
    id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    endpoint_id     integer NOT NULL REFERENCES webhook_endpoint,
    key             bytea NOT NULL,
    made_at         timestamptz NOT NULL DEFAULT now(),
    ends_at         timestamptz
);
CREATE INDEX webhook_secret_by_endpoint ON webhook_secret (endpoint_id);

-- One event for one endpoint, and what became of it.
CREATE TABLE webhook_delivery (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id       uuid NOT NULL DEFAULT uuidv7() CONSTRAINT webhook_delivery_public_id_is_unique UNIQUE,
    endpoint_id     integer NOT NULL REFERENCES webhook_endpoint,
    event_id        text NOT NULL,
    type            text NOT NULL,
    -- NULL: a trial.
    billing_id      bigint,
    debt_id         uuid,
    happened_at     timestamptz NOT NULL,
    data            jsonb NOT NULL,
    state           text NOT NULL DEFAULT 'PENDING'
                    CONSTRAINT webhook_delivery_state_is_known CHECK (state IN ('PENDING', 'DELIVERED', 'FAILED')),
    attempts        smallint NOT NULL DEFAULT 0,
    first_tried_at  timestamptz,
    not_before      timestamptz NOT NULL DEFAULT now(),
    last_tried_at   timestamptz,
    last_status     smallint,
    last_error      text,
    last_answer     text,
    last_ms         integer,
    created_at      timestamptz NOT NULL DEFAULT now(),
    ended_at        timestamptz,
    CONSTRAINT webhook_delivery_is_once_an_event UNIQUE (endpoint_id, event_id)
);
CREATE INDEX webhook_delivery_by_endpoint ON webhook_delivery (endpoint_id, id);
CREATE INDEX webhook_delivery_pending ON webhook_delivery (endpoint_id, id) WHERE state = 'PENDING';
CREATE INDEX webhook_delivery_ended ON webhook_delivery (endpoint_id, ended_at) WHERE ended_at IS NOT NULL;

-- The bank's Pix code of a title, as return files bring it. Facts; the latest holds.
CREATE TABLE title_pix (
    billing_id      bigint NOT NULL,
    file_id         integer NOT NULL,
    line            integer NOT NULL,
    -- Where the payer's bank fetches what is due, the transaction's name, and the text to copy; empty where not told.
    url             text NOT NULL,
    txid            text NOT NULL,
    emv             text NOT NULL,
    CONSTRAINT title_pix_is_told_once PRIMARY KEY (billing_id, file_id, line)
);
