-- no transaction
-- What a sending account is held for, what it was answered last, and mails that were set going again.
-- Safe while old code runs: it neither reads nor writes any of it; what it finds waiting it goes on with.

-- One row a sending account, which all workers share. `recent` and `refused_ids` are the brake's
-- (domain/mail_brake.py). Held without `held_until`, it waits for a person.
CREATE TABLE IF NOT EXISTS mail_account (
    account      text PRIMARY KEY,
    settings     bytea NOT NULL,
    recent       text NOT NULL DEFAULT '',
    refused_ids  bigint[] NOT NULL DEFAULT '{}',
    held_at      timestamptz,
    held_until   timestamptz,
    cause        text CONSTRAINT mail_account_cause_is_known CHECK (cause IN ('QUOTA', 'ACCOUNT', 'BRAKE')),
    reason       text,
    CONSTRAINT mail_account_says_why_it_is_held CHECK
        ((held_at IS NULL) = (reason IS NULL) AND (held_at IS NULL) = (cause IS NULL))
) WITH (fillfactor = 10);

-- A person, or the brake, wanted a mail sent once more: who, when, why, and the outcome that it had before. Facts.
CREATE TABLE IF NOT EXISTS mail_resend (
    billing_id         bigint NOT NULL,
    at                 timestamptz NOT NULL DEFAULT now(),
    asked_by           text NOT NULL,
    reason             text,
    former_at          timestamptz NOT NULL,
    former_attempts    smallint NOT NULL,
    former_reply_code  smallint,
    former_state       text NOT NULL CONSTRAINT mail_resend_of_what_was_not_sent
                       CHECK (former_state IN ('FAILED', 'UNCERTAIN')),
    former_detail      text,
    PRIMARY KEY (billing_id, at)
);

-- From when on the time counts for which deferred mails are tried again: anew after each hold.
ALTER TABLE batch ADD COLUMN IF NOT EXISTS retry_from timestamptz;
-- Its mails wait for our account, by themselves or for a person.
ALTER TABLE batch ADD COLUMN IF NOT EXISTS mail_held boolean NOT NULL DEFAULT false;
DROP INDEX CONCURRENTLY IF EXISTS batch_mail_held;
CREATE INDEX CONCURRENTLY batch_mail_held ON batch (id) WHERE mail_held;
