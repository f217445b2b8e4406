-- name: claim_batch
-- Take a batch that is free, or whose lease ran out, and raise its fence. Locks the one row.
UPDATE batch b
   SET state = %(working)s, fence = fence + 1, attempts = attempts + 1, updated_at = now(), not_before = NULL,
       lease_until = now() + make_interval(secs => %(lease_s)s)
  FROM upload u
 WHERE b.id = %(batch_id)s
   AND u.id = b.upload_id
   AND (b.state = %(ready)s OR (b.state = %(working)s AND b.lease_until < now()))
   AND (b.not_before IS NULL OR b.not_before <= now())
   AND u.paused_at IS NULL
RETURNING b.id, b.upload_id, b.first_billing_id, b.last_billing_id, b.total, b.fence, b.attempts, b.series_id,
          b.first_our_number, b.issued_on, b.object_path, u.beneficiary_id, u.profile_id, u.mail,
          u.public_id AS upload_public_id, u.removed_at, u.traceparent

-- name: take_turns
-- One claim at a time in the whole installation: claims are short and few, and none overlooks a free batch.
SELECT pg_advisory_xact_lock(4026531842)

-- name: find_fairest_batch
-- The first free batch of the unfinished upload that has had the fewest turns, so that a large file does not keep a
-- small one waiting, and the turns of the upload that is next in line; uploads that a person has paused are passed
-- over. Locks the rows for the rest of the transaction and passes over rows that others have locked. Costs two
-- look-ups in an index for each upload that it looks at, however many batches wait: the COALESCE is
-- `batch_free_from`'s.
WITH line AS MATERIALIZED (
     SELECT c.id, u.id AS upload_id, u.turns
       FROM (SELECT id, turns FROM upload
              WHERE finished_at IS NULL AND paused_at IS NULL
              ORDER BY turns, id) u
      CROSS JOIN LATERAL (
            SELECT f.id
              FROM unnest(ARRAY[%(ready)s, %(working)s]::text[]) AS s (state)
             CROSS JOIN LATERAL (
                   SELECT b.id FROM batch b
                    WHERE b.upload_id = u.id AND b.state = s.state AND b.state NOT IN ('NOTIFIED', 'STOPPED')
                      AND COALESCE(b.lease_until, b.not_before, '-infinity') < now()
                    ORDER BY COALESCE(b.lease_until, b.not_before, '-infinity'), b.id
                    LIMIT 1
                      FOR UPDATE SKIP LOCKED) f
             ORDER BY f.id
             LIMIT 1) c
      ORDER BY u.turns, u.id
      LIMIT 2)
SELECT id, (SELECT max(turns) FROM line) AS turns_of_next FROM line ORDER BY turns, upload_id LIMIT 1

-- name: lock_told_batch
-- The batch that an event named, for the case that its upload does not look unfinished. Waits for nobody: whoever
-- waits here keeps all others from claiming.
SELECT id, 0 AS turns_of_next FROM batch WHERE id = %(batch_id)s FOR UPDATE SKIP LOCKED

-- name: count_turn
-- An upload that comes late, or back after a pause, is level with the others from its first turn on: it does not make
-- up for the turns that they had without it. Waits for nobody either: a turn that is not counted does no harm.
UPDATE upload SET turns = GREATEST(turns + 1, %(turns_of_next)s)
 WHERE id = (SELECT id FROM upload WHERE id = %(upload_id)s FOR NO KEY UPDATE SKIP LOCKED)

-- name: renew_lease
-- Hold on to a batch for another lease; no row when the fence is stale.
UPDATE batch SET lease_until = now() + make_interval(secs => %(lease_s)s)
 WHERE id = %(batch_id)s AND fence = %(fence)s AND lease_until IS NOT NULL
RETURNING id

-- name: lock_batch
-- Lock the row for the rest of the transaction if it is still ours; no row when the fence is stale.
SELECT id FROM batch
 WHERE id = %(batch_id)s AND fence = %(fence)s AND state = %(working)s
   FOR UPDATE

-- name: release_batch
-- Give a batch back after a failure, to be tried again after a while, or stop it when that would be of no use.
UPDATE batch
   SET state = CASE WHEN %(permanent)s THEN 'STOPPED' ELSE %(ready)s END, attempts = %(attempts)s,
       lease_until = NULL, updated_at = now(), last_error = %(error)s,
       not_before = now() + make_interval(secs => %(retry_s)s)
 WHERE id = %(batch_id)s AND fence = %(fence)s AND state = %(working)s
RETURNING state

-- name: find_standing_batches
-- Batches that nobody works although somebody could: free for longer than `idle_s`, at the end of their pause, or
-- with a lease that ran out. Not those of uploads that a person has paused.
SELECT id, upload_id, state, object_path
  FROM batch
 WHERE ((state IN ('RECEIVED', 'ISSUED')
         AND COALESCE(not_before, updated_at + make_interval(secs => %(idle_s)s)) <= now())
        OR (state IN ('ISSUING', 'NOTIFYING') AND lease_until < now()))
   AND upload_id NOT IN (SELECT id FROM upload WHERE paused_at IS NOT NULL)
 ORDER BY id
 LIMIT %(rows_max)s

-- name: get_profile
SELECT content FROM profile WHERE id = %(profile_id)s

-- name: seconds_to_next_due
-- How long until the next lease runs out or the next pause ends; NULL when nothing waits.
SELECT extract(epoch FROM min(CASE WHEN lease_until IS NOT NULL THEN lease_until
                                   ELSE not_before END) - now())::float AS seconds
  FROM batch
 WHERE state NOT IN ('NOTIFIED', 'STOPPED') AND (lease_until IS NOT NULL OR not_before > now())
   AND upload_id NOT IN (SELECT id FROM upload WHERE paused_at IS NOT NULL)
