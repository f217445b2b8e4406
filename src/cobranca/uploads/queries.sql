-- name: add_upload
-- Claim the bytes for this upload; waits for a concurrent upload of the same bytes. No row: they are here already.
INSERT INTO upload (beneficiary_id, profile_id, name, sha256, size_bytes, storage_path, mail, traceparent)
VALUES (%(beneficiary_id)s, %(profile_id)s, %(name)s, %(sha256)s, %(size_bytes)s, %(storage_path)s, %(mail)s,
        %(traceparent)s)
ON CONFLICT ON CONSTRAINT upload_bytes_are_unique DO NOTHING
RETURNING id, public_id

-- name: find_upload_by_bytes
SELECT id, public_id, name, records, accepted, rejected, duplicates, conflicts, warnings, rejects_by_code,
       encoding, delimiter, removed_at
  FROM upload WHERE beneficiary_id = %(beneficiary_id)s AND sha256 = %(sha256)s

-- name: finish_upload_ingest
UPDATE upload
   SET records = %(records)s, accepted = %(accepted)s, rejected = %(rejected)s, duplicates = %(duplicates)s,
       conflicts = %(conflicts)s, warnings = %(warnings)s, rejects_by_code = %(rejects_by_code)s,
       encoding = %(encoding)s, delimiter = %(delimiter)s, positions = %(positions)s,
       finished_at = CASE WHEN %(accepted)s = 0 THEN now() END
 WHERE id = %(upload_id)s

-- name: show_life
-- The server ends a transaction in which nothing is said for a minute, as that of a process that hangs.
SELECT 1

-- name: take_billing_block
SELECT nextval('billing_block') AS block

-- name: count_known_debts
-- How many of a sample of debt ids are here already.
SELECT count(*) AS known FROM billing
 WHERE beneficiary_id = %(beneficiary_id)s AND debt_id = ANY(%(debt_ids)s)

-- name: copy_billings
COPY billing (id, debt_id, amount_cents, upload_id, line_number, due_date, beneficiary_id, warnings, name, tax_id,
              email)
FROM STDIN (FORMAT BINARY)

-- name: copy_staging
COPY staging (id, debt_id, amount_cents, upload_id, line_number, due_date, beneficiary_id, warnings, name, tax_id,
              email)
FROM STDIN (FORMAT BINARY)

-- name: copy_rejects
COPY reject (upload_id, line_number, duplicate, column_name, code, message, raw) FROM STDIN (FORMAT BINARY)

-- name: copy_repeats
COPY reject (upload_id, line_number, duplicate, column_name, code, message, raw) FROM STDIN

-- name: create_staging
CREATE TEMPORARY TABLE IF NOT EXISTS staging (LIKE billing) ON COMMIT DROP

-- name: clear_staging
TRUNCATE staging

-- name: analyze_staging
ANALYZE staging

-- name: insert_staged
-- Insert what is new, in key order; a debt that another upload commits meanwhile is left out.
INSERT INTO billing
SELECT s.* FROM staging s
 WHERE NOT EXISTS (SELECT FROM billing b WHERE b.beneficiary_id = s.beneficiary_id AND b.debt_id = s.debt_id)
 ORDER BY s.debt_id
ON CONFLICT ON CONSTRAINT billing_debt_id_is_unique DO NOTHING

-- name: reject_staged
-- Record each staged row that did not get in as a duplicate of the billing that did, and count those whose
-- values differ. A duplicate carries no personal data.
WITH duplicate AS (
    SELECT s.line_number, u.public_id, b.line_number AS known_line,
           (b.amount_cents, b.due_date, b.tax_id) IS DISTINCT FROM (s.amount_cents, s.due_date, s.tax_id) AS differs
      FROM staging s
      JOIN billing b ON b.beneficiary_id = s.beneficiary_id AND b.debt_id = s.debt_id AND b.id <> s.id
      JOIN upload u ON u.id = b.upload_id
), recorded AS (
    INSERT INTO reject (upload_id, line_number, duplicate, column_name, code, message, raw)
    SELECT %(upload_id)s, line_number, true, 'debtId', CASE WHEN differs THEN 'CONFLICT' ELSE 'DUPLICATE' END,
           CASE WHEN differs THEN 'debtId já cobrado com outros valores no envio ' ELSE 'debtId já cobrado no envio ' END
           || public_id || ', linha ' || known_line, ''
      FROM duplicate
)
SELECT count(*) AS duplicates, count(*) FILTER (WHERE differs) AS conflicts FROM duplicate

-- name: count_warnings
SELECT warnings, count(*) AS rows FROM billing
 WHERE id BETWEEN %(first_id)s AND %(last_id)s
 GROUP BY warnings

-- name: add_batches
-- Cut a block of consecutive ids into batches of `batch_rows` places; places without a billing stay empty.
INSERT INTO batch (upload_id, first_billing_id, last_billing_id, total)
SELECT %(upload_id)s, first_id, LEAST(first_id + %(batch_rows)s - 1, %(last_id)s),
       LEAST(%(batch_rows)s, %(last_id)s - first_id + 1)
  FROM generate_series(%(first_id)s::bigint, %(last_id)s::bigint, %(batch_rows)s::bigint) AS first_id
RETURNING id

-- name: add_batches_with_gaps
-- The same for a block in which some places are empty because their rows were duplicates.
INSERT INTO batch (upload_id, first_billing_id, last_billing_id, total)
SELECT %(upload_id)s, min(id), max(id), count(*)
  FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(batch_rows)s AS part
          FROM billing WHERE id BETWEEN %(first_id)s AND %(last_id)s) p
 GROUP BY part
 ORDER BY min(id)
RETURNING id

-- name: find_upload
SELECT u.id, u.public_id, u.name, u.removed_at, u.delimiter, u.positions, p.content AS profile
  FROM upload u JOIN profile p ON p.id = u.profile_id
 WHERE u.public_id = %(public_id)s

-- name: pause_upload
-- Keep the date of the first pause; no row when there is nothing to pause.
UPDATE upload SET paused_at = COALESCE(paused_at, now())
 WHERE id = %(upload_id)s AND removed_at IS NULL AND finished_at IS NULL
RETURNING id

-- name: resume_upload
UPDATE upload SET paused_at = NULL WHERE id = %(upload_id)s

-- name: find_waiting_batches
-- Batches of an upload that a worker could take now. What is over the limit, the sweep tells.
SELECT id, state, object_path
  FROM batch
 WHERE upload_id = %(upload_id)s
   AND (state IN ('RECEIVED', 'ISSUED') OR (state IN ('ISSUING', 'NOTIFYING') AND lease_until < now()))
 ORDER BY id
 LIMIT %(rows_max)s

-- name: remove_upload
-- A pause ends too: the batches have yet to end, without being worked.
UPDATE upload SET removed_at = now(), paused_at = NULL WHERE public_id = %(public_id)s AND removed_at IS NULL RETURNING id

-- name: restart_stopped_batches
-- Give an upload's stopped batches their attempts again; each goes on from where it stood.
UPDATE batch
   SET state = CASE WHEN issued_at IS NULL THEN 'RECEIVED' ELSE 'ISSUED' END,
       attempts = 0, not_before = NULL, last_error = NULL, updated_at = now()
 WHERE upload_id = %(upload_id)s AND state = 'STOPPED'
RETURNING id, state, object_path

-- name: reopen_upload
UPDATE upload SET finished_at = NULL WHERE id = %(upload_id)s

-- name: stream_rejects
-- Every record of an upload that was refused, by line; with the duplicates when they are asked for.
SELECT line_number, column_name, code, message, raw
  FROM reject
 WHERE upload_id = %(upload_id)s AND (NOT duplicate OR %(with_duplicates)s)
 ORDER BY line_number

-- name: ensure_beneficiary
INSERT INTO beneficiary (tax_id, name) VALUES (%(tax_id)s, %(name)s)
ON CONFLICT ON CONSTRAINT beneficiary_tax_id_is_unique DO UPDATE SET name = EXCLUDED.name
RETURNING id

-- name: add_profile
INSERT INTO profile (beneficiary_id, sha256, content)
VALUES (%(beneficiary_id)s, %(sha256)s, %(content)s)
ON CONFLICT ON CONSTRAINT profile_content_is_unique DO NOTHING

-- name: find_profile
-- A statement of its own: it sees what a concurrent upload has committed while the insert waited for it.
SELECT id FROM profile WHERE beneficiary_id = %(beneficiary_id)s AND sha256 = %(sha256)s

-- name: finish_upload
-- Mark a file whose batches have all ended; repeating it changes nothing and returns no row.
UPDATE upload u SET finished_at = now()
 WHERE id = %(upload_id)s AND finished_at IS NULL
   AND NOT EXISTS (SELECT FROM batch b WHERE b.upload_id = u.id AND b.state NOT IN ('NOTIFIED', 'STOPPED'))
RETURNING traceparent

-- name: finish_ended_uploads
-- The same for every file whose event was lost.
UPDATE upload u SET finished_at = now()
 WHERE finished_at IS NULL
   AND NOT EXISTS (SELECT FROM batch b WHERE b.upload_id = u.id AND b.state NOT IN ('NOTIFIED', 'STOPPED'))

-- name: list_uploads
-- Files, newest first.
SELECT r.*, u.paused_at
  FROM upload_report r JOIN upload u ON u.id = r.id
 WHERE %(before)s::int IS NULL OR r.id < %(before)s
 ORDER BY r.id DESC
 LIMIT %(rows_max)s

-- name: get_uploads
SELECT r.*, u.paused_at
  FROM upload_report r JOIN upload u ON u.id = r.id
 WHERE r.public_id = ANY(%(public_ids)s)
