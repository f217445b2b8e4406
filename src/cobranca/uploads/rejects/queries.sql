-- name: find_corrected
-- The file whose rejects are mended.
SELECT id, public_id, name, mail, delimiter, positions, read_as, corrects, removed_at, rejected, rejects_mended
  FROM upload
 WHERE beneficiary_id = %(beneficiary_id)s AND public_id = %(public_id)s

-- name: count_reasons
-- What is in the open, by reason, with the money that can be read.
SELECT code, column_name, count(*)::int AS rejects, sum(amount_cents)::bigint AS amount_cents,
       (count(*) FILTER (WHERE amount_cents > 0))::int AS with_amount
  FROM reject
 WHERE upload_id = %(upload_id)s AND NOT duplicate AND mended_by IS NULL
 GROUP BY code, column_name
 ORDER BY rejects DESC, code

-- name: list_rejects
-- The next rejects in the open by line; of one reason, when it is given.
SELECT line_number, column_name, code, message, raw, edited, amount_cents
  FROM reject
 WHERE upload_id = %(upload_id)s AND NOT duplicate AND mended_by IS NULL AND line_number > %(after)s
   AND (%(code)s::text IS NULL OR code = %(code)s)
 ORDER BY line_number
 LIMIT %(rows_max)s

-- name: stream_open_rejects
SELECT line_number, column_name, code, message, raw, edited, amount_cents
  FROM reject
 WHERE upload_id = %(upload_id)s AND NOT duplicate AND mended_by IS NULL
 ORDER BY line_number

-- name: find_rejects
-- Those of some lines, mended or not.
SELECT line_number, code, message, column_name, raw, edited, amount_cents, mended_by
  FROM reject
 WHERE upload_id = %(upload_id)s AND NOT duplicate AND line_number = ANY(%(lines)s)

-- name: lock_corrections
-- One correction of a file at a time, until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('cobranca.rejects'), %(upload_id)s)

-- name: note_correction
UPDATE upload SET corrects = %(corrected_id)s WHERE id = %(upload_id)s

-- name: note_failed
-- What failed again says so where it stands; it is in the open there, and not a second time in the correction.
WITH failed AS (
    DELETE FROM reject WHERE upload_id = %(upload_id)s AND NOT duplicate
    RETURNING line_number, column_name, code, message, raw, amount_cents
)
UPDATE reject r
   SET column_name = f.column_name, code = f.code, message = f.message, edited = f.raw, amount_cents = f.amount_cents
  FROM failed f
 WHERE r.upload_id = %(corrected_id)s AND r.line_number = f.line_number AND r.mended_by IS NULL

-- name: note_conflicts
UPDATE reject r
   SET column_name = c.column_name, code = c.code, message = c.message, edited = s.raw
  FROM reject c JOIN unnest(%(lines)s::int[], %(raws)s::text[]) AS s (line_number, raw) USING (line_number)
 WHERE c.upload_id = %(upload_id)s AND c.duplicate AND c.code = 'CONFLICT'
   AND r.upload_id = %(corrected_id)s AND r.line_number = c.line_number AND r.mended_by IS NULL

-- name: list_conflicts
SELECT line_number FROM reject WHERE upload_id = %(upload_id)s AND duplicate AND code = 'CONFLICT'

-- name: note_mended
-- What is billed, or was already, is mended; both tables of one transaction.
WITH mended AS (
    UPDATE reject r SET mended_by = %(upload_id)s
     WHERE r.upload_id = %(corrected_id)s AND r.line_number = ANY(%(lines)s) AND r.mended_by IS NULL
       AND NOT EXISTS (SELECT FROM reject c
                        WHERE c.upload_id = %(upload_id)s AND c.line_number = r.line_number AND c.code = 'CONFLICT')
    RETURNING r.line_number
)
UPDATE upload SET rejects_mended = rejects_mended + (SELECT count(*) FROM mended) WHERE id = %(corrected_id)s

-- name: drop_correction
-- A correction that mended nothing leaves no upload behind.
WITH rejects AS (DELETE FROM reject WHERE upload_id = %(upload_id)s)
DELETE FROM upload WHERE id = %(upload_id)s

-- name: count_open
SELECT rejected - rejects_mended AS open FROM upload WHERE id = %(upload_id)s
