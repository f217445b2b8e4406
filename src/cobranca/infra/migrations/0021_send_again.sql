-- no transaction
-- A file that was cancelled can be sent again as it is: unique are its bytes with the number of the copy, from 0 on.
-- Safe while old code runs: it takes each file once, by the same constraint.
ALTER TABLE upload ADD COLUMN IF NOT EXISTS copy smallint NOT NULL DEFAULT 0;

-- Since when the stored file lacks a person who was erased: then its bytes may not bring them back.
ALTER TABLE upload ADD COLUMN IF NOT EXISTS erased_at timestamptz;

DROP INDEX CONCURRENTLY IF EXISTS upload_copy_is_unique;
CREATE UNIQUE INDEX CONCURRENTLY upload_copy_is_unique ON upload (beneficiary_id, sha256, copy);

ALTER TABLE upload DROP CONSTRAINT IF EXISTS upload_bytes_are_unique,
      ADD CONSTRAINT upload_bytes_are_unique UNIQUE USING INDEX upload_copy_is_unique;
