-- name: add_upload
-- Claim the bytes for this upload; waits for a concurrent upload of the same bytes. No row: they are here already. A
-- file that was cancelled is taken once more, unless its billings were purged or a person erased from it.
INSERT INTO upload (beneficiary_id, profile_id, name, sha256, size_bytes, storage_path, mail, copy)
SELECT %(beneficiary_id)s, %(profile_id)s, %(name)s, %(sha256)s, %(size_bytes)s, %(storage_path)s, %(mail)s,
       COALESCE((SELECT CASE WHEN removed_at IS NULL OR purged_at IS NOT NULL OR erased_at IS NOT NULL THEN copy
                             ELSE copy + 1 END
                   FROM upload WHERE beneficiary_id = %(beneficiary_id)s AND sha256 = %(sha256)s
                  ORDER BY copy DESC LIMIT 1), 0)
ON CONFLICT ON CONSTRAINT upload_bytes_are_unique DO NOTHING
RETURNING id, public_id

-- name: find_upload_by_bytes
SELECT id, public_id, name, records, accepted, rejected, duplicates, conflicts, amount_cents, warnings, rejects_by_code,
       encoding, delimiter, sheet, removed_at
  FROM upload WHERE beneficiary_id = %(beneficiary_id)s AND sha256 = %(sha256)s
 ORDER BY copy DESC
 LIMIT 1

-- name: finish_upload_ingest
UPDATE upload
   SET records = %(records)s, accepted = %(accepted)s, rejected = %(rejected)s, duplicates = %(duplicates)s,
       conflicts = %(conflicts)s, amount_cents = %(amount_cents)s, warnings = %(warnings)s, rejects_by_code = %(rejects_by_code)s,
       encoding = %(encoding)s, delimiter = %(delimiter)s, sheet = %(sheet)s, positions = %(positions)s,
       read_as = %(read_as)s,
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

-- name: copy_details
COPY billing_detail (billing_id, code, street, street_number, complement, district, city, state, postal_code, phone,
                     copies, document_number, instalment, message, terms)
FROM STDIN (FORMAT BINARY)

-- name: copy_staging
COPY staging (id, debt_id, amount_cents, upload_id, line_number, due_date, beneficiary_id, warnings, name, tax_id,
              email)
FROM STDIN (FORMAT BINARY)

-- name: copy_rejects
COPY reject (upload_id, line_number, duplicate, column_name, code, message, raw, amount_cents)
FROM STDIN (FORMAT BINARY)

-- name: copy_repeats
COPY reject (upload_id, line_number, duplicate, column_name, code, message, raw) FROM STDIN

-- name: create_staging
CREATE TEMPORARY TABLE IF NOT EXISTS staging (LIKE billing INCLUDING DEFAULTS) ON COMMIT DROP

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

-- name: insert_again
-- Insert once more what was cancelled: a debt whose newest billing was taken out, alone or with its file. Its boleto, if
-- it had one, may still be paid: the row is warned of.
INSERT INTO billing (id, debt_id, amount_cents, upload_id, line_number, due_date, beneficiary_id, warnings, name, tax_id,
                     email, issue)
SELECT s.id, s.debt_id, s.amount_cents, s.upload_id, s.line_number, s.due_date, s.beneficiary_id,
       s.warnings | CASE WHEN o.billing_id IS NULL THEN 0 ELSE %(warning)s END, s.name, s.tax_id, s.email, b.issue + 1
  FROM staging s
  JOIN billing b ON b.beneficiary_id = s.beneficiary_id AND b.debt_id = s.debt_id
  JOIN upload u ON u.id = b.upload_id
  LEFT JOIN billing_removal r ON r.billing_id = b.id
  LEFT JOIN boleto o ON o.billing_id = b.id
 WHERE (r.billing_id IS NOT NULL OR u.removed_at IS NOT NULL)
   AND NOT EXISTS (SELECT FROM billing n
                    WHERE n.beneficiary_id = b.beneficiary_id AND n.debt_id = b.debt_id AND n.issue > b.issue)
 ORDER BY s.debt_id
ON CONFLICT ON CONSTRAINT billing_debt_id_is_unique DO NOTHING

-- name: create_staging_detail
CREATE TEMPORARY TABLE IF NOT EXISTS staging_detail (LIKE billing_detail) ON COMMIT DROP

-- name: copy_staging_detail
COPY staging_detail (billing_id, code, street, street_number, complement, district, city, state, postal_code, phone,
                     copies, document_number, instalment, message, terms)
FROM STDIN (FORMAT BINARY)

-- name: insert_staged_details
-- Of the rows that became billings; the rest goes.
WITH staged AS (DELETE FROM staging_detail RETURNING *)
INSERT INTO billing_detail SELECT d.* FROM staged d JOIN billing b ON b.id = d.billing_id ORDER BY d.billing_id

-- name: reject_staged
-- Record each staged row that did not get in as a duplicate of the debt's newest billing, and count those whose values
-- differ; where only the e-mail does, it is said. A duplicate carries no personal data. At most rows_max are kept; all
-- are counted.
WITH duplicate AS (
    SELECT s.line_number, u.public_id, b.line_number AS known_line,
           (b.amount_cents, b.due_date, b.tax_id) IS DISTINCT FROM (s.amount_cents, s.due_date, s.tax_id) AS differs,
           lower(COALESCE(m.email, b.email)) <> lower(s.email) AS readdressed
      FROM staging s
      JOIN billing b ON b.beneficiary_id = s.beneficiary_id AND b.debt_id = s.debt_id AND b.id <> s.id
      LEFT JOIN billing_mail m ON m.billing_id = b.id
      JOIN upload u ON u.id = b.upload_id
     WHERE NOT EXISTS (SELECT FROM billing n
                        WHERE n.beneficiary_id = b.beneficiary_id AND n.debt_id = b.debt_id AND n.issue > b.issue)
), recorded AS (
    INSERT INTO reject (upload_id, line_number, duplicate, column_name, code, message, raw)
    SELECT %(upload_id)s, line_number, true, 'debtId',
           CASE WHEN differs THEN 'CONFLICT' WHEN readdressed THEN 'EMAIL_DIFFERS' ELSE 'DUPLICATE' END,
           CASE WHEN differs THEN 'já cobrada com outro valor, vencimento ou CPF/CNPJ no envio '
                WHEN readdressed THEN 'já cobrada, com outro e-mail, no envio ' ELSE 'já cobrada no envio ' END
           || public_id || ', linha ' || known_line
           || CASE WHEN differs THEN '; para cobrar de novo, cancele antes a cobrança de lá'
                   WHEN readdressed THEN '; para o novo endereço, cancele a de lá e envie de novo' ELSE '' END, ''
      FROM duplicate
     LIMIT %(rows_max)s
)
SELECT count(*) AS duplicates, count(*) FILTER (WHERE differs) AS conflicts FROM duplicate

-- name: count_warnings
SELECT warnings, count(*) AS rows FROM billing
 WHERE id BETWEEN %(first_id)s AND %(last_id)s
 GROUP BY warnings

-- name: sum_block
-- What falls due on each day, as days since 2000-01-01.
SELECT due_date - date '2000-01-01' AS day, count(*) AS billings, sum(amount_cents)::bigint AS cents
  FROM billing WHERE id BETWEEN %(first_id)s AND %(last_id)s
 GROUP BY due_date

-- name: add_due
INSERT INTO upload_due (beneficiary_id, due_date, upload_id, billings, amount_cents)
SELECT %(beneficiary_id)s, date '2000-01-01' + day, %(upload_id)s, billings, cents
  FROM unnest(%(days)s::int[], %(billings)s::int[], %(cents)s::bigint[]) AS d (day, billings, cents)

-- name: open_work_group
-- The file's work takes turns with that of other files.
WITH made AS (INSERT INTO work_group (traceparent) VALUES (%(traceparent)s) RETURNING id)
UPDATE upload SET work_group_id = made.id FROM made WHERE upload.id = %(upload_id)s
RETURNING work_group_id

-- name: add_batches
-- Cut a block of consecutive ids into batches of `batch_rows` places, each with its first work; places without a
-- billing stay empty.
WITH added AS (
    INSERT INTO batch (upload_id, not_before, first_billing_id, last_billing_id, total)
    SELECT %(upload_id)s, 'infinity', first_id, LEAST(first_id + %(batch_rows)s - 1, %(last_id)s),
           LEAST(%(batch_rows)s, %(last_id)s - first_id + 1)
      FROM generate_series(%(first_id)s::bigint, %(last_id)s::bigint, %(batch_rows)s::bigint) AS first_id
    RETURNING id
)
INSERT INTO work (kind, subject_id, group_id) SELECT %(kind)s, id, %(group_id)s FROM added ORDER BY id
RETURNING subject_id AS id

-- name: add_batches_with_gaps
-- The same for a block in which some places are empty because their rows were duplicates.
WITH added AS (
    INSERT INTO batch (upload_id, not_before, first_billing_id, last_billing_id, total)
    SELECT %(upload_id)s, 'infinity', min(id), max(id), count(*)
      FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(batch_rows)s AS part
              FROM billing WHERE id BETWEEN %(first_id)s AND %(last_id)s) p
     GROUP BY part
     ORDER BY min(id)
    RETURNING id
)
INSERT INTO work (kind, subject_id, group_id) SELECT %(kind)s, id, %(group_id)s FROM added ORDER BY id
RETURNING subject_id AS id

-- name: find_upload
SELECT id, removed_at, finished_at, work_group_id, delimiter, positions
  FROM upload
 WHERE beneficiary_id = %(beneficiary_id)s AND public_id = %(public_id)s

-- name: remove_upload
UPDATE upload SET removed_at = now()
 WHERE beneficiary_id = %(beneficiary_id)s AND public_id = %(public_id)s AND removed_at IS NULL
RETURNING id, work_group_id

-- name: reopen_rejects
-- What a correction had mended is in the open again when the correction is taken out.
WITH opened AS (
    UPDATE reject r SET mended_by = NULL FROM upload c
     WHERE c.id = %(upload_id)s AND r.upload_id = c.corrects AND r.mended_by = c.id
    RETURNING r.upload_id
)
UPDATE upload SET rejects_mended = rejects_mended - (SELECT count(*) FROM opened)
 WHERE id IN (SELECT upload_id FROM opened)

-- name: release_mail
-- Who sets a file going again that waits for our mail account says that it is mended.
UPDATE mail_account
   SET recent = '', refused_ids = '{}', held_at = NULL, held_until = NULL, cause = NULL, reason = NULL
 WHERE held_at IS NOT NULL AND held_until IS NULL
   AND EXISTS (SELECT FROM batch WHERE upload_id = %(upload_id)s AND mail_held)

-- name: reopen_upload
UPDATE upload SET finished_at = NULL WHERE id = %(upload_id)s

-- name: stream_rejects
-- Every record of an upload that was refused, by line; with the duplicates when they are asked for.
SELECT line_number, column_name, code, message, raw
  FROM reject
 WHERE upload_id = %(upload_id)s AND (NOT duplicate OR %(with_duplicates)s)
 ORDER BY line_number

-- name: add_profile
INSERT INTO profile (beneficiary_id, sha256, content)
VALUES (%(beneficiary_id)s, %(sha256)s, %(content)s)
ON CONFLICT ON CONSTRAINT profile_content_is_unique DO NOTHING

-- name: find_profile
-- A statement of its own: it sees what a concurrent upload has committed while the insert waited for it.
SELECT id FROM profile WHERE beneficiary_id = %(beneficiary_id)s AND sha256 = %(sha256)s

-- name: list_uploads
-- A beneficiary's files that are meant, newest first: found by their own rows first, and told then. Mails that left are
-- counted by the batches, whatever was removed since.
SELECT r.id, r.public_id, r.name, r.size_bytes, r.records, r.accepted, r.rejected, r.duplicates, r.conflicts, u.amount_cents, r.warnings,
       r.mail, r.encoding, r.delimiter, u.sheet, r.received_at, r.updated_at, r.removed_at, g.paused_at, r.last_error, r.batches,
       CASE WHEN u.corrects IS NULL THEN r.rejected - u.rejects_mended ELSE 0 END AS rejected_open,
       (SELECT public_id FROM upload c WHERE c.id = u.corrects) AS corrects,
       r.acknowledged::int, r.issued::int, r.sent::int, r.failed::int, r.uncertain::int, r.removed::int,
       (CASE WHEN r.removed = 0 THEN r.sent ELSE (SELECT sum(sent) FROM batch WHERE upload_id = r.id) END
        + COALESCE((SELECT sum(sent_before) FROM batch WHERE upload_id = r.id AND sent_before > 0), 0))::int AS mailed,
       p.content->>'name' AS beneficiary, p.content->>'tax_id' AS beneficiary_tax_id,
       CASE WHEN t.upload_id IS NULL THEN 0 ELSE t.paid END AS paid,
       CASE WHEN t.upload_id IS NULL THEN 0 ELSE t.paid_cents END AS paid_cents,
       CASE WHEN t.upload_id IS NULL THEN 0 ELSE t.refused END AS refused
  FROM upload_report r JOIN upload u ON u.id = r.id JOIN profile p ON p.id = u.profile_id
  LEFT JOIN work_group g ON g.id = u.work_group_id
  LEFT JOIN upload_settled t ON t.upload_id = r.id
 WHERE r.beneficiary_id = %(beneficiary_id)s AND (%(before)s::int IS NULL OR r.id < %(before)s)
   AND r.id = ANY(ARRAY(
       SELECT f.id FROM upload f LEFT JOIN work_group w ON w.id = f.work_group_id
        WHERE f.beneficiary_id = %(beneficiary_id)s AND (%(before)s::int IS NULL OR f.id < %(before)s)
          AND (%(name)s::text IS NULL OR strpos(lower(f.name), lower(%(name)s)) > 0)
          AND (%(received_from)s::timestamptz IS NULL OR f.received_at >= %(received_from)s)
          AND (%(received_before)s::timestamptz IS NULL OR f.received_at < %(received_before)s)
          AND (%(state)s::text IS NULL OR (%(state)s = 'REMOVED') = (f.removed_at IS NOT NULL))
          AND CASE %(state)s
              WHEN 'MOVING' THEN COALESCE(w.open, false) AND f.finished_at IS NULL
              WHEN 'TO_MEND' THEN f.corrects IS NULL AND f.rejected > f.rejects_mended
              WHEN 'ATTENTION' THEN EXISTS (SELECT FROM batch b WHERE b.upload_id = f.id AND (b.failed > 0 OR b.uncertain > 0))
                   OR EXISTS (SELECT FROM work x WHERE x.group_id = f.work_group_id AND x.state = 'STOPPED')
              WHEN 'DONE' THEN NOT (COALESCE(w.open, false) AND f.finished_at IS NULL)
                   AND (f.corrects IS NOT NULL OR f.rejected <= f.rejects_mended)
                   AND NOT EXISTS (SELECT FROM batch b WHERE b.upload_id = f.id AND (b.failed > 0 OR b.uncertain > 0))
                   AND NOT EXISTS (SELECT FROM work x WHERE x.group_id = f.work_group_id AND x.state = 'STOPPED')
              ELSE true END
        ORDER BY f.id DESC LIMIT %(rows_max)s))
 ORDER BY r.id DESC
 LIMIT %(rows_max)s

-- name: sum_days
-- What the files of some days come to by day, whatever page of them is shown; what was taken out is not counted. By the
-- rows of the files alone.
SELECT (received_at AT TIME ZONE 'America/Sao_Paulo')::date AS day, count(*)::int AS files,
       COALESCE(sum(accepted) FILTER (WHERE removed_at IS NULL), 0)::bigint AS billings,
       COALESCE(sum(amount_cents) FILTER (WHERE removed_at IS NULL), 0)::bigint AS amount_cents
  FROM upload
 WHERE beneficiary_id = %(beneficiary_id)s AND received_at >= %(received_from)s AND received_at < %(received_before)s
 GROUP BY 1
 ORDER BY 1 DESC

-- name: get_uploads
SELECT r.id, r.public_id, r.name, r.size_bytes, r.records, r.accepted, r.rejected, r.duplicates, r.conflicts, u.amount_cents, r.warnings,
       r.mail, r.encoding, r.delimiter, u.sheet, r.received_at, r.updated_at, r.removed_at, g.paused_at, r.last_error, r.batches,
       CASE WHEN u.corrects IS NULL THEN r.rejected - u.rejects_mended ELSE 0 END AS rejected_open,
       (SELECT public_id FROM upload c WHERE c.id = u.corrects) AS corrects,
       r.acknowledged::int, r.issued::int, r.sent::int, r.failed::int, r.uncertain::int, r.removed::int,
       (CASE WHEN r.removed = 0 THEN r.sent ELSE (SELECT sum(sent) FROM batch WHERE upload_id = r.id) END
        + COALESCE((SELECT sum(sent_before) FROM batch WHERE upload_id = r.id AND sent_before > 0), 0))::int AS mailed,
       p.content->>'name' AS beneficiary, p.content->>'tax_id' AS beneficiary_tax_id,
       CASE WHEN t.upload_id IS NULL THEN 0 ELSE t.paid END AS paid,
       CASE WHEN t.upload_id IS NULL THEN 0 ELSE t.paid_cents END AS paid_cents,
       CASE WHEN t.upload_id IS NULL THEN 0 ELSE t.refused END AS refused
  FROM upload_report r JOIN upload u ON u.id = r.id JOIN profile p ON p.id = u.profile_id
  LEFT JOIN work_group g ON g.id = u.work_group_id
  LEFT JOIN upload_settled t ON t.upload_id = r.id
 WHERE r.beneficiary_id = %(beneficiary_id)s AND r.public_id = ANY(%(public_ids)s)

-- name: finish_ended_uploads
-- Mark each file whose work has all ended; repeating it changes nothing.
UPDATE upload u SET finished_at = now()
  FROM work_group g
 WHERE g.id = u.work_group_id AND u.finished_at IS NULL AND NOT g.open
RETURNING u.id, g.traceparent

-- name: adopt_uploads
-- Files of the version before, whose batches had their leases themselves: each gets a group for its work.
WITH old AS (
    SELECT id, paused_at, turns, finished_at, traceparent, nextval('work_group_id_seq') AS group_id
      FROM upload u
     WHERE work_group_id IS NULL AND EXISTS (SELECT FROM batch b WHERE b.upload_id = u.id)
     ORDER BY id LIMIT %(rows_max)s
       FOR UPDATE SKIP LOCKED
), made AS (
    INSERT INTO work_group (id, turns, paused_at, open, traceparent)
    SELECT group_id, turns, paused_at, finished_at IS NULL, traceparent FROM old
)
UPDATE upload u SET work_group_id = old.group_id FROM old WHERE u.id = old.id

-- name: adopt_batches
-- Their batches, but those that a worker of that version holds: it goes on until its lease ends. The fences go on, too.
WITH old AS (
    SELECT b.id, b.state, b.issued_at, b.fence, b.attempts, b.not_before, b.last_error, b.updated_at, u.work_group_id
      FROM batch b JOIN upload u ON u.id = b.upload_id
     WHERE COALESCE(b.not_before, '-infinity') < 'infinity' AND u.work_group_id IS NOT NULL
       AND (b.lease_until IS NULL OR b.lease_until < now())
     ORDER BY b.id LIMIT %(rows_max)s
       FOR UPDATE OF b SKIP LOCKED
), adopted AS (
    UPDATE batch b SET state = 'RECEIVED', lease_until = NULL, not_before = 'infinity' FROM old WHERE b.id = old.id
)
INSERT INTO work (kind, subject_id, group_id, state, fence, attempts, not_before, last_error, updated_at)
SELECT 'issue', id, work_group_id,
       CASE WHEN issued_at IS NOT NULL THEN 'DONE' WHEN state = 'STOPPED' THEN 'STOPPED' ELSE 'READY' END,
       fence, attempts, not_before, CASE WHEN issued_at IS NULL THEN last_error END, updated_at
  FROM old
 UNION ALL
SELECT 'notify', id, work_group_id,
       CASE state WHEN 'NOTIFIED' THEN 'DONE' WHEN 'STOPPED' THEN 'STOPPED' ELSE 'READY' END,
       fence, attempts, not_before, last_error, updated_at
  FROM old WHERE issued_at IS NOT NULL
ON CONFLICT ON CONSTRAINT work_is_once_a_subject DO NOTHING

-- name: sum_upload
-- Sum one file of the version before, as an ingest does by itself now. No row when none is left, or others are at it.
WITH old AS (
    SELECT id, beneficiary_id FROM upload
     WHERE amount_cents IS NULL AND purged_at IS NULL
     LIMIT 1 FOR UPDATE SKIP LOCKED
), due AS (
    SELECT old.beneficiary_id, b.due_date, old.id AS upload_id, count(*) AS billings, sum(b.amount_cents)::bigint AS cents
      FROM old JOIN batch p ON p.upload_id = old.id
      JOIN billing b ON b.id BETWEEN p.first_billing_id AND p.last_billing_id
     WHERE b.upload_id = old.id
     GROUP BY old.beneficiary_id, b.due_date, old.id
), added AS (
    INSERT INTO upload_due (beneficiary_id, due_date, upload_id, billings, amount_cents) SELECT * FROM due
)
UPDATE upload u SET amount_cents = COALESCE((SELECT sum(cents) FROM due), 0) FROM old WHERE u.id = old.id
RETURNING u.id

-- name: has_billings
-- Whether the beneficiary has ever been billed for; a billing of theirs has an upload of theirs.
SELECT EXISTS (SELECT FROM upload WHERE beneficiary_id = %(beneficiary_id)s AND accepted > 0) AS known

-- name: create_asked
CREATE TEMPORARY TABLE IF NOT EXISTS asked (place integer NOT NULL, debt_id uuid NOT NULL) ON COMMIT DROP

-- name: copy_asked
COPY asked (place, debt_id) FROM STDIN (FORMAT BINARY)

-- name: analyze_asked
ANALYZE asked

-- name: prefer_lookups
-- Until the transaction ends. A million lookups in the order of the index take a second, however large the table is;
-- a hash join would read all of the index.
SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)

-- name: find_known
-- The places of the debts that have a billing, four bytes each, in no order.
SELECT string_agg(int4send(a.place), ''::bytea) AS places
  FROM asked a
 WHERE EXISTS (SELECT FROM billing b WHERE b.debt_id = a.debt_id AND b.beneficiary_id = %(beneficiary_id)s)

-- name: classify_known
-- What the billings of each staged debt make of it, as an ingest would: place, issue and kind, twelve bytes each; of a
-- debt with several the newest counts. It was cancelled (4; 5 with a boleto), differs (2), has another e-mail (3), or is
-- the same (1). What only a few need is looked up for these alone.
SELECT string_agg(int8send(s.id) || int2send(b.issue) || int2send((
           CASE WHEN u.removed_at IS NOT NULL OR EXISTS (SELECT FROM billing_removal r WHERE r.billing_id = b.id)
                THEN CASE WHEN EXISTS (SELECT FROM boleto o WHERE o.billing_id = b.id) THEN 5 ELSE 4 END
                WHEN (b.amount_cents, b.due_date, b.tax_id) IS DISTINCT FROM (s.amount_cents, s.due_date, s.tax_id) THEN 2
                WHEN lower(COALESCE((SELECT m.email FROM billing_mail m WHERE m.billing_id = b.id), b.email)) <> lower(s.email) THEN 3
                ELSE 1 END)::smallint), ''::bytea) AS kinds
  FROM staging s
  JOIN billing b ON b.beneficiary_id = %(beneficiary_id)s AND b.debt_id = s.debt_id
  JOIN upload u ON u.id = b.upload_id

-- name: describe_known
-- The newest billings of a few debts.
SELECT DISTINCT ON (b.debt_id) uuid_send(b.debt_id) AS debt_id, u.public_id, b.line_number, b.amount_cents, b.due_date
  FROM billing b JOIN upload u ON u.id = b.upload_id
 WHERE b.beneficiary_id = %(beneficiary_id)s
   AND b.debt_id = ANY(%(debt_ids)s)
 ORDER BY b.debt_id, b.issue DESC
