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
