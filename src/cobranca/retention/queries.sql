-- name: count_old_uploads
-- What a purge would delete: what ended long ago, and what was paused long ago and never went on. The counts are those
-- of the files, not of the rows.
SELECT count(*) AS uploads, COALESCE(sum(u.accepted), 0)::bigint AS billings
  FROM upload u LEFT JOIN work_group g ON g.id = u.work_group_id
 WHERE u.purged_at IS NULL
   AND COALESCE(u.finished_at, g.paused_at) < now() - make_interval(days => %(days)s)

-- name: withdraw_old_upload
-- Take the oldest one out, so that nothing works it any more. No row when there is none left.
UPDATE upload SET removed_at = COALESCE(removed_at, now()), purge_begun_at = now()
 WHERE id = (SELECT u.id
               FROM upload u LEFT JOIN work_group g ON g.id = u.work_group_id
              WHERE u.purged_at IS NULL
                AND COALESCE(u.finished_at, g.paused_at) < now() - make_interval(days => %(days)s)
              ORDER BY u.id LIMIT 1
                FOR UPDATE OF u SKIP LOCKED)
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

-- name: delete_second_copies
DELETE FROM mail_second_copy WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_anew
DELETE FROM billing_mail WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_bounces
DELETE FROM bounce WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_notifications
DELETE FROM notification WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_boletos
DELETE FROM boleto WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_removals
DELETE FROM billing_removal WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_details
DELETE FROM billing_detail WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_titles
DELETE FROM remittance_title WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_title_resends
DELETE FROM title_resend WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_registrations
DELETE FROM registration WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_pix
DELETE FROM title_pix WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_billings
DELETE FROM billing WHERE id BETWEEN %(first_id)s AND %(last_id)s

-- name: delete_in_flight
DELETE FROM mail_in_flight WHERE batch_id = %(batch_id)s

-- name: delete_outbox_objects
DELETE FROM outbox_object WHERE batch_id = %(batch_id)s

-- name: delete_batch_due
DELETE FROM batch_due WHERE batch_id = %(batch_id)s

-- name: forget_pdfs
UPDATE batch SET object_path = NULL WHERE id = %(batch_id)s AND object_path IS NOT NULL

-- name: delete_rejects
-- The next refused records of an upload, by line.
DELETE FROM reject
 WHERE upload_id = %(upload_id)s
   AND line_number <= (SELECT max(line_number)
                         FROM (SELECT line_number FROM reject WHERE upload_id = %(upload_id)s
                                ORDER BY line_number LIMIT %(rows_max)s) n)

-- name: delete_due
DELETE FROM upload_due WHERE upload_id = %(upload_id)s

-- name: is_file_needed
-- Whether another upload, of another beneficiary or read in another way, or a check still needs the same stored bytes.
SELECT EXISTS (SELECT FROM upload
                WHERE storage_path = %(storage_path)s AND id <> %(upload_id)s AND purged_at IS NULL)
    OR EXISTS (SELECT FROM upload_check WHERE storage_path = %(storage_path)s) AS needed

-- name: delete_search
DELETE FROM upload_search WHERE upload_id = %(upload_id)s

-- name: delete_index_work
-- That which made it searchable, with its group, which had nothing else.
WITH gone AS (DELETE FROM work WHERE kind = 'index' AND subject_id = %(upload_id)s RETURNING group_id)
DELETE FROM work_group WHERE id IN (SELECT group_id FROM gone)

-- name: delete_work
-- What has been done, and what a pause has kept from being done. The upload goes on naming its group, which is no more.
DELETE FROM work WHERE group_id = (SELECT work_group_id FROM upload WHERE id = %(upload_id)s)

-- name: delete_work_group
DELETE FROM work_group WHERE id = (SELECT work_group_id FROM upload WHERE id = %(upload_id)s)

-- name: mark_purged
-- A purge that was overtaken by another one changes nothing.
UPDATE upload SET purged_at = now(), finished_at = COALESCE(finished_at, now())
 WHERE id = %(upload_id)s AND purged_at IS NULL

-- name: delete_suppressed_addresses
-- The next that have stood on the list for long. One that is written to again, and refused again, comes back.
DELETE FROM suppressed_address
 WHERE id IN (SELECT id FROM suppressed_address
               WHERE at < now() - make_interval(days => %(days)s)
               ORDER BY id LIMIT %(rows_max)s)

-- name: delete_suppressions
-- The list of the version before, which nobody reads any more.
DELETE FROM suppression WHERE at < now() - make_interval(days => %(days)s)

-- name: knows_uploads
-- Whether this database has ever taken a file in.
SELECT EXISTS (SELECT FROM upload) AS known

-- name: find_unnamed_files
-- Which of these stored files no upload has, and no check.
SELECT f.path FROM unnest(%(paths)s::text[]) AS f (path)
 WHERE NOT EXISTS (SELECT FROM upload u WHERE u.storage_path = f.path AND u.purged_at IS NULL)
   AND NOT EXISTS (SELECT FROM upload_check c WHERE c.storage_path = f.path)

-- name: find_unnamed_pdfs
-- Which of these objects hold PDFs that no batch has. One that is not issued yet may come to have them.
SELECT f.path
  FROM unnest(%(paths)s::text[], %(batch_ids)s::bigint[]) AS f (path, batch_id)
  LEFT JOIN batch b ON b.id = f.batch_id
  LEFT JOIN upload u ON u.id = b.upload_id
 WHERE b.id IS NULL OR u.purged_at IS NOT NULL
    OR (b.issued_at IS NOT NULL AND b.object_path IS DISTINCT FROM f.path)

-- name: find_unnamed_mails
-- Which of these objects of the outbox no batch has. One whose mails are under way may come to have them.
SELECT f.path
  FROM unnest(%(paths)s::text[], %(batch_ids)s::bigint[]) AS f (path, batch_id)
  LEFT JOIN batch_state b ON b.id = f.batch_id
  LEFT JOIN upload u ON u.id = b.upload_id
 WHERE b.id IS NULL OR u.purged_at IS NOT NULL
    OR (b.state = 'NOTIFIED'
        AND NOT EXISTS (SELECT FROM outbox_object o WHERE o.batch_id = b.id AND o.path = f.path))

-- name: find_unnamed_returns
-- Which of these return files are nobody's.
SELECT f.path FROM unnest(%(paths)s::text[]) AS f (path)
 WHERE NOT EXISTS (SELECT FROM return_file r WHERE r.storage_path = f.path)

-- name: find_unnamed_job_files
-- Which of these files that jobs made are nobody's.
SELECT f.path FROM unnest(%(paths)s::text[]) AS f (path)
 WHERE NOT EXISTS (SELECT FROM job_file j WHERE j.path = f.path)

-- name: find_unnamed_remittances
-- Which of these files for the bank were never frozen.
SELECT f.path FROM unnest(%(paths)s::text[]) AS f (path)
 WHERE NOT EXISTS (SELECT FROM remittance m WHERE m.storage_path = f.path)

-- name: list_old_remittances
-- The next files for the bank that were made long ago, by id.
SELECT id, storage_path FROM remittance
 WHERE purged_at IS NULL AND created_at < now() - make_interval(days => %(days)s)
 ORDER BY id
 LIMIT %(rows_max)s

-- name: mark_remittance_purged
-- Number, digest and titles stay.
UPDATE remittance SET purged_at = now() WHERE id = %(remittance_id)s
