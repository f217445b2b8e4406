-- no transaction
-- The rest of the bank's round trip. Safe while old code runs: it reads and writes none of it.

-- By what money in suspense finds its billing once that is there: the debt that it names, the our number as the boleto
-- engine takes it, and what the bank says the title is of. NULL: not told, or written by old code.
ALTER TABLE suspense ADD COLUMN IF NOT EXISTS debt_id uuid;
ALTER TABLE suspense ADD COLUMN IF NOT EXISTS our_number text;
ALTER TABLE suspense ADD COLUMN IF NOT EXISTS title_cents bigint;

-- The search for the billings of a beneficiary's money in suspense: the subject of work. `seen` says what was issued when
-- it was looked through last.
CREATE TABLE IF NOT EXISTS suspense_search (
    beneficiary_id  smallint PRIMARY KEY REFERENCES beneficiary,
    group_id        bigint NOT NULL,
    seen            text NOT NULL DEFAULT ''
);

-- Which record of which file told it; NULL: told otherwise, or by old code.
ALTER TABLE registration ADD COLUMN IF NOT EXISTS file_id integer;
ALTER TABLE registration ADD COLUMN IF NOT EXISTS line integer;

-- Somebody wants a title entered again that its bank refused, with the address as it should have been (NULL: as it was).
-- Facts; the latest of a billing holds. Its movement is what the entry has in `remittance_title`, once it is in a file.
CREATE TABLE IF NOT EXISTS title_resend (
    billing_id      bigint NOT NULL,
    movement        smallint NOT NULL CONSTRAINT title_resend_is_an_entry CHECK (movement BETWEEN 3 AND 99),
    asked_at        timestamptz NOT NULL DEFAULT now(),
    asked_by        text NOT NULL,
    street          text,
    street_number   text,
    complement      text,
    district        text,
    city            text,
    state           text,
    postal_code     text,
    CONSTRAINT title_resend_is_once_a_movement PRIMARY KEY (billing_id, movement)
);

-- Movements from 3 on are further entries of a title.
ALTER TABLE remittance_title DROP CONSTRAINT IF EXISTS remittance_movement_is_known,
    ADD CONSTRAINT remittance_movement_is_known CHECK (movement BETWEEN 1 AND 99) NOT VALID;
ALTER TABLE remittance_title VALIDATE CONSTRAINT remittance_movement_is_known;

-- What was refused is listed; few titles are.
DROP INDEX CONCURRENTLY IF EXISTS registration_rejected;
CREATE INDEX CONCURRENTLY registration_rejected ON registration (billing_id) WHERE state = 'REJECTED';

-- Every attempt at a delivery: what was answered to it, and how long that took.
CREATE TABLE IF NOT EXISTS webhook_attempt (
    delivery_id     bigint NOT NULL,
    number          smallint NOT NULL,
    tried_at        timestamptz NOT NULL,
    status          smallint,
    error           text,
    answer          text,
    ms              integer NOT NULL,
    CONSTRAINT webhook_attempt_is_once PRIMARY KEY (delivery_id, number)
);
