-- An upload that a person has paused: no batch of it is begun until it is resumed.
-- Safe while old code runs: it reads neither column nor index, and the views keep their columns.

ALTER TABLE upload ADD COLUMN paused_at timestamptz;
CREATE INDEX upload_paused ON upload (id) WHERE paused_at IS NOT NULL;
