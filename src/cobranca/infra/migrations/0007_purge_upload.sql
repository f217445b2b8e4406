-- An upload whose billings, refused records and files have been deleted for good. The row stays: it knows the file.
-- Safe while old code runs: to it such a file is a removed one.
ALTER TABLE upload ADD COLUMN purged_at timestamptz;
CREATE INDEX upload_not_purged ON upload (finished_at) WHERE purged_at IS NULL;
