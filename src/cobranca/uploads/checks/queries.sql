-- name: find_beneficiary
SELECT id FROM beneficiary WHERE tax_id = %(tax_id)s

-- name: find_repeated
-- A file that was cancelled is taken once more, as add_upload does.
SELECT public_id
  FROM (SELECT public_id, removed_at, purged_at, erased_at
          FROM upload WHERE beneficiary_id = %(beneficiary_id)s AND sha256 = %(sha256)s
         ORDER BY copy DESC LIMIT 1) newest
 WHERE removed_at IS NULL OR purged_at IS NOT NULL OR erased_at IS NOT NULL

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

-- name: list_checks
-- A beneficiary's checks that have not had their day and were not started, newest first; nor of what was billed since
-- by another way.
SELECT id, public_id, name, size_bytes, mail, created_at, (result->>'records')::int AS records,
       (result->>'accepted')::int AS accepted, (result->>'rejected')::int AS rejected,
       (result->>'duplicates')::int AS duplicates, (result->>'amount_cents')::bigint AS amount_cents,
       result->'refusal'->>'code' AS refusal
  FROM upload_check
 WHERE beneficiary_id = %(beneficiary_id)s AND started_upload IS NULL AND created_at > now() - interval '24 hours'
   AND (%(before)s::int IS NULL OR id < %(before)s)
   AND NOT EXISTS (SELECT FROM upload u
                    WHERE u.beneficiary_id = upload_check.beneficiary_id AND u.sha256 = upload_check.sha256
                      AND u.received_at >= upload_check.created_at AND u.removed_at IS NULL)
 ORDER BY id DESC
 LIMIT %(rows_max)s

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
