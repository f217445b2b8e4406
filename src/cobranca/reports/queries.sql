-- name: list_uploads
-- Files, newest first.
SELECT * FROM upload_report
 WHERE %(before)s::int IS NULL OR id < %(before)s
 ORDER BY id DESC
 LIMIT %(rows_max)s

-- name: get_upload
SELECT * FROM upload_report WHERE public_id = %(public_id)s
