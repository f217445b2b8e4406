-- name: find_beneficiary
SELECT id FROM beneficiary WHERE tax_id = %(tax_id)s

-- name: has_billings
-- Whether the beneficiary has ever been billed for; a billing of theirs has an upload of theirs.
SELECT EXISTS (SELECT FROM upload WHERE beneficiary_id = %(beneficiary_id)s AND accepted > 0) AS known

-- name: create_asked
CREATE TEMPORARY TABLE IF NOT EXISTS asked (place integer NOT NULL, debt_id uuid NOT NULL) ON COMMIT DROP

-- name: copy_asked
COPY asked (place, debt_id) FROM STDIN (FORMAT BINARY)

-- name: analyze_asked
ANALYZE asked

-- name: find_known
-- The places of the debts that have a billing, four bytes each.
SELECT string_agg(int4send(a.place), ''::bytea ORDER BY a.place) AS places
  FROM asked a
 WHERE EXISTS (SELECT FROM billing b WHERE b.debt_id = a.debt_id AND b.beneficiary_id = %(beneficiary_id)s)

-- name: classify_known
-- What the newest billing of each staged debt makes of it, as an ingest would: place and kind, ten bytes each. It was
-- cancelled (4; 5 with a boleto), differs (2), has another e-mail (3), or is the same (1).
SELECT string_agg(int8send(s.id) || int2send((
           CASE WHEN r.billing_id IS NOT NULL OR u.removed_at IS NOT NULL
                THEN CASE WHEN o.billing_id IS NULL THEN 4 ELSE 5 END
                WHEN (b.amount_cents, b.due_date, b.tax_id) IS DISTINCT FROM (s.amount_cents, s.due_date, s.tax_id) THEN 2
                WHEN lower(b.email) <> lower(s.email) THEN 3
                ELSE 1 END)::smallint), ''::bytea) AS kinds
  FROM staging s
  JOIN billing b ON b.beneficiary_id = %(beneficiary_id)s AND b.debt_id = s.debt_id
  JOIN upload u ON u.id = b.upload_id
  LEFT JOIN billing_removal r ON r.billing_id = b.id
  LEFT JOIN boleto o ON o.billing_id = b.id
 WHERE NOT EXISTS (SELECT FROM billing n
                    WHERE n.beneficiary_id = b.beneficiary_id AND n.debt_id = b.debt_id AND n.issue > b.issue)

-- name: describe_known
-- The newest billings of a few debts.
SELECT DISTINCT ON (b.debt_id) uuid_send(b.debt_id) AS debt_id, u.public_id, b.line_number, b.amount_cents, b.due_date
  FROM billing b JOIN upload u ON u.id = b.upload_id
 WHERE b.beneficiary_id = %(beneficiary_id)s
   AND b.debt_id = ANY(SELECT encode(d, 'hex')::uuid FROM unnest(%(debt_ids)s::bytea[]) AS d)
 ORDER BY b.debt_id, b.issue DESC

-- name: find_repeated
SELECT public_id FROM upload WHERE beneficiary_id = %(beneficiary_id)s AND sha256 = %(sha256)s

-- name: find_mapping
SELECT positions FROM column_mapping WHERE beneficiary_id = %(beneficiary_id)s AND header_sha256 = %(header_sha256)s

-- name: remember_mapping
INSERT INTO column_mapping (beneficiary_id, header_sha256, positions)
VALUES (%(beneficiary_id)s, %(header_sha256)s, %(positions)s)
ON CONFLICT ON CONSTRAINT column_mapping_is_one_a_header DO UPDATE SET positions = EXCLUDED.positions, updated_at = now()

-- name: forget_mapping
DELETE FROM column_mapping WHERE beneficiary_id = %(beneficiary_id)s AND header_sha256 = %(header_sha256)s

-- name: add_check
INSERT INTO upload_check (beneficiary_id, name, sha256, size_bytes, storage_path, mail, options, result)
VALUES (%(beneficiary_id)s, %(name)s, %(sha256)s, %(size_bytes)s, %(storage_path)s, %(mail)s, %(options)s, %(result)s)
RETURNING public_id, name, sha256, size_bytes, storage_path, mail, options, result, started_upload, created_at

-- name: find_check
SELECT public_id, name, sha256, size_bytes, storage_path, mail, options, result, started_upload, created_at
  FROM upload_check
 WHERE beneficiary_id = %(beneficiary_id)s AND public_id = %(public_id)s AND created_at > now() - interval '24 hours'

-- name: read_again
-- None when it was started meanwhile.
UPDATE upload_check SET options = %(options)s, result = %(result)s
 WHERE beneficiary_id = %(beneficiary_id)s AND public_id = %(public_id)s AND started_upload IS NULL
RETURNING public_id, name, sha256, size_bytes, storage_path, mail, options, result, started_upload, created_at

-- name: note_start
UPDATE upload_check SET started_upload = %(upload)s
 WHERE beneficiary_id = %(beneficiary_id)s AND public_id = %(public_id)s AND started_upload IS NULL

-- name: delete_check
DELETE FROM upload_check WHERE beneficiary_id = %(beneficiary_id)s AND public_id = %(public_id)s RETURNING storage_path

-- name: delete_expired_checks
-- The next checks that have had their day.
DELETE FROM upload_check
 WHERE id IN (SELECT id FROM upload_check WHERE created_at <= now() - interval '24 hours' ORDER BY id LIMIT %(rows_max)s)
RETURNING storage_path
