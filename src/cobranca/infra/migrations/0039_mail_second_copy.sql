-- no transaction
-- A mail may carry the second copy of a billing for a day (ADR 0039). Safe while old code runs: it neither reads nor
-- writes any of it. A worker of the old version sends such a mail with the first slip: workers are renewed first.

-- What the slip of an ordered second copy says: written down with the order, so that whoever composes the mail again
-- composes the same bytes. Facts; who asked is in the `mail_resend` of the same billing and instant.
CREATE TABLE IF NOT EXISTS mail_second_copy (
    billing_id      bigint NOT NULL,
    at              timestamptz NOT NULL DEFAULT now(),
    pays_on         date NOT NULL,
    due_date        date NOT NULL,
    days_late       integer NOT NULL,
    barcode         text NOT NULL,
    title_cents     bigint NOT NULL,
    fine_cents      bigint NOT NULL,
    interest_cents  bigint NOT NULL,
    discount_cents  bigint NOT NULL,
    pix             text,
    CONSTRAINT mail_second_copy_is_once PRIMARY KEY (billing_id, at)
);

-- Which of them the mail about a billing carries now; NULL: the slip as it was issued.
ALTER TABLE billing_mail ADD COLUMN IF NOT EXISTS second_copy_at timestamptz;

-- What was paid of a file, and refused by the bank: counted by the sweep after something changed, so that no list has to.
-- NULL: not counted yet.
ALTER TABLE upload_settled ADD COLUMN IF NOT EXISTS paid integer;
ALTER TABLE upload_settled ADD COLUMN IF NOT EXISTS paid_cents bigint;
ALTER TABLE upload_settled ADD COLUMN IF NOT EXISTS refused integer;

-- Files whose counts are to be made anew, in rows of their own: who posts payments waits for nobody here. A worker of
-- the old version adds none; the next change of the file makes up for it.
CREATE TABLE IF NOT EXISTS upload_settled_change (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    upload_id       integer NOT NULL
);
DROP INDEX CONCURRENTLY IF EXISTS upload_settled_change_by_upload;
CREATE INDEX CONCURRENTLY upload_settled_change_by_upload ON upload_settled_change (upload_id);
