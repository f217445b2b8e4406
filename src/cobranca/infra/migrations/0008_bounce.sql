-- Mails that came back after a server had taken them, and when the first attempt at a batch's mails was made: the
-- Date of all its mails, and the beginning of the time for which deferred ones are tried again.
-- Safe while old code runs: it neither reads nor writes them.

CREATE TABLE bounce (
    billing_id  bigint PRIMARY KEY,
    upload_id   integer NOT NULL,
    suppressed  boolean NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    status      text,
    detail      text NOT NULL
);
CREATE INDEX bounce_by_upload ON bounce (upload_id, billing_id);

ALTER TABLE batch ADD COLUMN first_mailed_at timestamptz;
