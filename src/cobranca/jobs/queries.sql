-- name: read_instant
SELECT now() AS at

-- name: judge
-- What an act would do to billings of these batches, by outcome: to all of them, or to those that are told. What came of
-- one after the job began was not seen by who began it, and is left alone where it decides. `+ 0` has the ids be a filter
-- of the batch's range, and no way into its index.
SELECT f.outcome, count(*)::integer AS billings, sum(f.amount_cents)::bigint AS amount_cents,
       COALESCE(bool_or(f.mail = 'smtp'), false) AS mails_are_real,
       COALESCE(array_agg(f.id ORDER BY f.id) FILTER (WHERE %(with_ids)s), '{}') AS billing_ids,
       COALESCE(array_agg(f.amount_cents ORDER BY f.id) FILTER (WHERE %(with_ids)s), '{}') AS amounts
  FROM unnest(%(batch_ids)s::bigint[]) AS w (id)
  JOIN batch p ON p.id = w.id
  JOIN upload u ON u.id = p.upload_id AND u.beneficiary_id = %(beneficiary_id)s
 CROSS JOIN LATERAL (
       SELECT b.id, b.amount_cents, u.mail,
              CASE WHEN %(act)s = 'EXPORT' THEN 'DONE'
                   WHEN r.billing_id IS NOT NULL OR u.removed_at IS NOT NULL THEN 'CANCELLED'
                   WHEN %(act)s = 'PDFS' THEN
                        CASE WHEN o.pdf_offset IS NULL OR o.pdf_length IS NULL THEN 'NO_SLIP' ELSE 'DONE' END
                   WHEN s.state >= 2 THEN 'PAID'
                   WHEN %(act)s = 'CANCEL' THEN
                        CASE WHEN %(names_mails)s AND GREATEST(n.at, x.at) > %(began_at)s THEN 'CHANGED' ELSE 'DONE' END
                   WHEN b.email = '' THEN 'ERASED'
                   WHEN n.billing_id IS NULL THEN 'WAITING'
                   WHEN GREATEST(n.at, x.at) > %(began_at)s THEN 'CHANGED'
                   WHEN x.billing_id IS NULL AND n.state = 'SENT' THEN 'DELIVERED'
                   WHEN x.billing_id IS NULL AND n.state = 'UNCERTAIN' AND NOT %(in_doubt_too)s THEN 'IN_DOUBT'
                   WHEN EXISTS (SELECT FROM suppressed_address a
                                 WHERE a.beneficiary_id = b.beneficiary_id
                                   AND a.email = lower(COALESCE(m.email, b.email))) THEN 'BLOCKED'
                   ELSE 'DONE' END AS outcome
         FROM billing b
         LEFT JOIN billing_removal r ON r.billing_id = b.id
               AND r.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
         LEFT JOIN boleto o ON o.billing_id = b.id AND %(act)s = 'PDFS'
               AND o.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
         LEFT JOIN settlement s ON s.billing_id = b.id
               AND s.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
         LEFT JOIN notification n ON n.billing_id = b.id
               AND n.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
         LEFT JOIN bounce x ON x.billing_id = b.id
               AND x.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
         LEFT JOIN billing_mail m ON m.billing_id = b.id
               AND m.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
        WHERE b.id BETWEEN p.first_billing_id AND p.last_billing_id AND b.beneficiary_id = %(beneficiary_id)s
          AND (%(billing_ids)s::bigint[] IS NULL OR b.id + 0 = ANY(%(billing_ids)s::bigint[]))) f
 GROUP BY f.outcome

-- name: count_running
SELECT count(*)::integer AS jobs
  FROM job j JOIN work w ON w.kind IN ('act', 'export') AND w.subject_id = j.id AND w.state IN ('READY', 'WORKING')
 WHERE j.beneficiary_id = %(beneficiary_id)s

-- name: lock_jobs
-- One at a time begins a job in the whole installation; each does so in moments.
SELECT pg_advisory_xact_lock(4026531845)

-- name: add_job
INSERT INTO job (beneficiary_id, act, format, filter, reason, asked_by, group_id, batch_ids, batches, planned, started_at)
VALUES (%(beneficiary_id)s, %(act)s, %(format)s, %(filter)s::jsonb, %(reason)s, %(asked_by)s, %(group_id)s, %(batch_ids)s,
        cardinality(%(batch_ids)s::bigint[]), %(planned)s::jsonb, %(began_at)s)
RETURNING id, public_id

-- name: list_jobs
-- Jobs, newest first, or the one that is named.
SELECT j.id, j.public_id, j.act, j.format, j.filter, j.reason, j.batches, j.place, j.planned, j.tally, j.started_at,
       j.stopped_at, j.ended_at, w.state AS work_state, w.last_error, f.path, f.size_bytes, f.until
  FROM job j
  LEFT JOIN work w ON w.kind IN ('act', 'export') AND w.subject_id = j.id
  LEFT JOIN LATERAL (
       SELECT k.path, k.size_bytes, k.made_at + make_interval(hours => %(kept_hours)s) AS until
         FROM job_file k
        WHERE k.job_id = j.id AND k.forgotten_at IS NULL AND k.made_at > now() - make_interval(hours => %(kept_hours)s)
        LIMIT 1) f ON true
 WHERE j.beneficiary_id = %(beneficiary_id)s AND (%(before)s::bigint IS NULL OR j.id < %(before)s)
   AND (%(public_id)s::uuid IS NULL OR j.public_id = %(public_id)s)
 ORDER BY j.id DESC
 LIMIT %(rows_max)s

-- name: lock_job
-- A job and the next of its batches. Locks the row for the rest of the transaction: who stops it waits, and then no more
-- of it is done.
SELECT id, public_id, beneficiary_id, act, format, filter, reason, asked_by, started_at, batches, place, tally,
       stopped_at IS NOT NULL OR ended_at IS NOT NULL AS is_over,
       batch_ids[place + 1 : place + %(batches_max)s] AS batch_ids
  FROM job WHERE id = %(job_id)s
   FOR UPDATE

-- name: lock_batches
-- Batches of which mails may be set going again, by id; the work that writes them is locked.
SELECT b.id, b.first_billing_id, b.last_billing_id, b.upload_id
  FROM batch b JOIN work w ON w.kind = 'notify' AND w.subject_id = b.id
 WHERE b.id = ANY(%(batch_ids)s)
 ORDER BY b.id
   FOR UPDATE OF w

-- name: cancel_billings
-- As one is cancelled: it keeps its row, and its date, with the reason that the job was given.
INSERT INTO billing_removal (billing_id, upload_id, reason, asked_by)
SELECT id, upload_id, %(reason)s, %(asked_by)s FROM billing
 WHERE id = ANY(%(billing_ids)s) AND beneficiary_id = %(beneficiary_id)s
 ORDER BY id
ON CONFLICT (billing_id) DO NOTHING
RETURNING billing_id

-- name: add_part
INSERT INTO job_part (job_id, place, outcome, billing_ids)
VALUES (%(job_id)s, %(place)s, %(outcome)s, %(billing_ids)s)

-- name: note_place
UPDATE job SET place = %(place)s, tally = %(tally)s::jsonb, ended_at = CASE WHEN %(place)s >= batches THEN now() END
 WHERE id = %(job_id)s

-- name: begin_anew
-- A file is made anew from its first billing, whatever an attempt before had come to.
UPDATE job SET place = 0, tally = '{}' WHERE id = %(job_id)s

-- name: note_part
-- How far the making of a file is; it ends when that is stored.
UPDATE job SET place = %(place)s, tally = %(tally)s::jsonb WHERE id = %(job_id)s

-- name: end_job
UPDATE job SET ended_at = now() WHERE id = %(job_id)s

-- name: list_batches
-- Batches by id, in the order of the ids, as the walk over all files has them.
SELECT p.id, p.upload_id, p.first_billing_id, p.last_billing_id, p.total, p.issued_on, p.object_path, u.profile_id
  FROM unnest(%(batch_ids)s::bigint[]) WITH ORDINALITY AS w (id, place)
  JOIN batch p ON p.id = w.id
  JOIN upload u ON u.id = p.upload_id AND u.beneficiary_id = %(beneficiary_id)s
 ORDER BY w.place

-- name: add_file
INSERT INTO job_file (job_id, path, fence) VALUES (%(job_id)s, %(path)s, %(fence)s)

-- name: forget_files
-- Of a job: what attempts before have left.
UPDATE job_file SET forgotten_at = now() WHERE job_id = %(job_id)s AND forgotten_at IS NULL

-- name: keep_file
-- No row where it was forgotten while it was made.
UPDATE job_file SET made_at = now(), size_bytes = %(size_bytes)s
 WHERE path = %(path)s AND forgotten_at IS NULL
RETURNING id

-- name: forget_older_files
-- All files of a beneficiary but the newest.
UPDATE job_file SET forgotten_at = now()
 WHERE id IN (SELECT f.id FROM job_file f JOIN job j ON j.id = f.job_id
               WHERE j.beneficiary_id = %(beneficiary_id)s AND f.made_at IS NOT NULL AND f.forgotten_at IS NULL
               ORDER BY f.made_at DESC, f.id DESC
              OFFSET %(kept_max)s)

-- name: stop_job
UPDATE job SET stopped_at = now() WHERE id = %(job_id)s AND stopped_at IS NULL AND ended_at IS NULL

-- name: resume_job
UPDATE job SET stopped_at = NULL WHERE id = %(job_id)s

-- name: list_parts
-- What became of billings, in the order in which they were come to.
SELECT place, outcome, billing_ids FROM job_part
 WHERE job_id = %(job_id)s AND (place, outcome) > (%(after_place)s, %(after_outcome)s)
 ORDER BY place, outcome
 LIMIT %(rows_max)s

-- name: list_unreached
-- The next of the batches that a job has not come to.
SELECT batch_ids[GREATEST(place, %(after)s::integer) + 1 : GREATEST(place, %(after)s::integer) + %(batches_max)s]
           AS batch_ids,
       GREATEST(place, %(after)s::integer) AS place
  FROM job WHERE id = %(job_id)s

-- name: read_billings
-- What a result says of billings, by id; of what was purged there is no row.
SELECT b.id, u.name AS file_name, b.line_number, COALESCE(d.code, b.debt_id::text) AS code, b.name, b.amount_cents,
       b.due_date
  FROM billing b
  JOIN upload u ON u.id = b.upload_id
  LEFT JOIN billing_detail d ON d.billing_id = b.id
 WHERE b.id = ANY(%(billing_ids)s) AND b.beneficiary_id = %(beneficiary_id)s
 ORDER BY b.id

-- name: find_old_jobs
-- Jobs that have ended, were stopped or given up long ago. One with a file waits until that is removed.
SELECT j.id FROM job j
 WHERE COALESCE(j.ended_at, j.stopped_at, j.started_at) < now() - make_interval(days => %(days)s)
   AND NOT EXISTS (SELECT FROM work w
                    WHERE w.kind IN ('act', 'export') AND w.subject_id = j.id AND w.state IN ('READY', 'WORKING'))
   AND NOT EXISTS (SELECT FROM job_file f WHERE f.job_id = j.id)
 ORDER BY j.id
 LIMIT %(rows_max)s
   FOR UPDATE SKIP LOCKED

-- name: delete_parts
DELETE FROM job_part WHERE job_id = ANY(%(job_ids)s)

-- name: delete_jobs
DELETE FROM job WHERE id = ANY(%(job_ids)s)

-- name: delete_work
DELETE FROM work WHERE kind IN ('act', 'export') AND subject_id = ANY(%(job_ids)s)
