-- Rejects know what mended them. A correction is an upload of its own, whose lines are those of the file that it corrects.
-- Safe while old code runs: it writes none of these columns, and its files are read as far as they tell.
ALTER TABLE upload ADD COLUMN corrects integer;
ALTER TABLE upload ADD COLUMN rejects_mended integer NOT NULL DEFAULT 0;

-- How a file with rejects was read: names of its columns, decimal sign, order of day and month, repairs.
ALTER TABLE upload ADD COLUMN read_as jsonb;

-- The upload that mended it; the record as it was sent last, where that has failed too; its amount, 0 where none can be read.
ALTER TABLE reject ADD COLUMN mended_by integer;
ALTER TABLE reject ADD COLUMN edited text;
ALTER TABLE reject ADD COLUMN amount_cents bigint NOT NULL DEFAULT 0;
