-- name: count_old_uploads
-- What a purge would delete. The counts are those of the files, not of the rows.
SELECT count(*) AS uploads, COALESCE(sum(accepted), 0)::bigint AS billings
  FROM upload
 WHERE purged_at IS NULL AND finished_at < now() - make_interval(days => %(days)s)

-- name: withdraw_old_upload
-- Take the oldest one out, so that nothing works it any more. No row when there is none left.
UPDATE upload SET removed_at = COALESCE(removed_at, now())
 WHERE id = (SELECT id FROM upload
              WHERE purged_at IS NULL AND finished_at < now() - make_interval(days => %(days)s)
              ORDER BY id LIMIT 1
                FOR UPDATE SKIP LOCKED)
RETURNING id, public_id, storage_path

-- name: list_batches
-- The next batches of an upload, by id.
SELECT id, first_billing_id, last_billing_id
  FROM batch
 WHERE upload_id = %(upload_id)s AND id > %(after)s
 ORDER BY id
 LIMIT %(rows_max)s

-- name: delete_attempts
DELETE FROM notification_attempt WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_resends
DELETE FROM mail_resend WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_bounces
DELETE FROM bounce WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_notifications
DELETE FROM notification WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_boletos
DELETE FROM boleto WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_removals
DELETE FROM billing_removal WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_billings
DELETE FROM billing WHERE id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_in_flight
DELETE FROM mail_in_flight WHERE batch_id = %(batch_id)s

-- name: delete_outbox_objects
DELETE FROM outbox_object WHERE batch_id = %(batch_id)s

-- name: forget_pdfs
UPDATE batch SET object_path = NULL WHERE id = %(batch_id)s AND object_path IS NOT NULL

-- name: delete_rejects
-- The next refused records of an upload, by line.
DELETE FROM reject
 WHERE upload_id = %(upload_id)s
   AND line_number <= (SELECT max(line_number)
                         FROM (SELECT line_number FROM reject WHERE upload_id = %(upload_id)s
                                ORDER BY line_number LIMIT %(rows_max)s) n)

-- name: is_file_needed
-- Whether another upload, of another beneficiary, still needs the same stored bytes.
SELECT EXISTS (SELECT FROM upload
                WHERE storage_path = %(storage_path)s AND id <> %(upload_id)s AND purged_at IS NULL) AS needed

-- name: mark_purged
-- A purge that was overtaken by another one changes nothing.
UPDATE upload SET purged_at = now() WHERE id = %(upload_id)s AND purged_at IS NULL
