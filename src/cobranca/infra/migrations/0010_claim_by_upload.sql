-- no transaction
-- A claim looks for work upload by upload, so that its cost grows with unfinished uploads and not with batches.
-- Safe while old code runs: it neither reads nor counts turns, so it is only less fair to new code's uploads.

-- How often a batch of the upload has been begun, by issuers and notifiers together.
ALTER TABLE upload ADD COLUMN IF NOT EXISTS turns integer NOT NULL DEFAULT 0;

DROP INDEX CONCURRENTLY IF EXISTS upload_unfinished;
CREATE INDEX CONCURRENTLY upload_unfinished ON upload (id) WHERE finished_at IS NULL;

-- From when on a batch may be taken: the end of its lease, of its pause, or since ever.
DROP INDEX CONCURRENTLY IF EXISTS batch_free_from;
CREATE INDEX CONCURRENTLY batch_free_from
    ON batch (upload_id, state, (COALESCE(lease_until, not_before, '-infinity')), id)
    WHERE state NOT IN ('NOTIFIED', 'STOPPED');

-- Tables of facts are only inserted into. Each million of rows is frozen while it is still in the cache, instead of
-- all of them at once months later; see docs/operations.md.
ALTER TABLE billing SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000000,
                         autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE boleto SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000000,
                        autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE notification SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000000,
                              autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02);
