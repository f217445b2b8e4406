-- no transaction
-- A mail goes again to a corrected address, or after it was delivered or came back (ADR 0030).
-- Safe while old code runs: it neither reads nor writes any of it. A worker of the old version that takes such a mail
-- sends the first message, to the first address: workers are renewed before people may correct addresses.

-- What the mail about a billing is now, where it is not the first one any more: its number in the Message-ID, its Date,
-- and the newest address (NULL = the file's). Rows of these billings only; changed in place, the facts are `mail_resend`.
CREATE TABLE IF NOT EXISTS billing_mail (
    billing_id  bigint PRIMARY KEY,
    message     smallint NOT NULL,
    at          timestamptz NOT NULL,
    email       text
);
DROP INDEX CONCURRENTLY IF EXISTS billing_mail_by_email;
CREATE INDEX CONCURRENTLY billing_mail_by_email ON billing_mail (lower(email));

-- To which new address, and as which message; and how the one before had come back, if it had.
ALTER TABLE mail_resend ADD COLUMN IF NOT EXISTS email text;
ALTER TABLE mail_resend ADD COLUMN IF NOT EXISTS message smallint NOT NULL DEFAULT 0;
ALTER TABLE mail_resend ADD COLUMN IF NOT EXISTS bounced_at timestamptz;
ALTER TABLE mail_resend ADD COLUMN IF NOT EXISTS bounce_status text;
ALTER TABLE mail_resend ADD COLUMN IF NOT EXISTS bounce_detail text;

-- Also what was SENT. One statement: there is no moment without the rule.
ALTER TABLE mail_resend DROP CONSTRAINT IF EXISTS mail_resend_of_what_was_not_sent,
      ADD CONSTRAINT mail_resend_of_what_was_not_sent CHECK (former_state IN ('FAILED', 'UNCERTAIN', 'SENT')) NOT VALID;
ALTER TABLE mail_resend VALIDATE CONSTRAINT mail_resend_of_what_was_not_sent;

-- Billings whose mail was SENT once, is set going again and is not SENT now: they stay counted as mailed.
ALTER TABLE batch ADD COLUMN IF NOT EXISTS sent_before integer NOT NULL DEFAULT 0;
DROP INDEX CONCURRENTLY IF EXISTS batch_sent_before;
CREATE INDEX CONCURRENTLY batch_sent_before ON batch (upload_id) WHERE sent_before > 0;

-- What did not arrive, over all files. Mails that are SENT do not touch it.
DROP INDEX CONCURRENTLY IF EXISTS notification_undelivered;
CREATE INDEX CONCURRENTLY notification_undelivered ON notification (state, billing_id) WHERE state <> 'SENT';
