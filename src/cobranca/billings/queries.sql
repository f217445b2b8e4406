-- name: find_upload
SELECT u.id, u.removed_at, p.content AS profile
  FROM upload u JOIN profile p ON p.id = u.profile_id
 WHERE u.public_id = %(public_id)s

-- name: list_billings
-- A page of an upload's billings by id. Batches that cannot hold the status are passed over by their counts.
SELECT s.*, p.issued_on
  FROM (SELECT first_billing_id, last_billing_id, issued_on
          FROM batch
         WHERE upload_id = %(upload_id)s AND last_billing_id > %(after)s
           AND CASE %(status)s::text
                    WHEN 'ACKNOWLEDGED' THEN total > issued
                    WHEN 'ISSUED' THEN issued > sent + failed + uncertain
                    WHEN 'SENT' THEN sent > 0
                    WHEN 'FAILED' THEN failed > 0
                    WHEN 'UNCERTAIN' THEN uncertain > 0
                    ELSE true END
         ORDER BY first_billing_id) p
 CROSS JOIN LATERAL (
       SELECT * FROM billing_status b
        WHERE b.id BETWEEN GREATEST(p.first_billing_id, %(after)s + 1) AND p.last_billing_id
          AND b.upload_id = %(upload_id)s
          AND (%(status)s::text IS NULL OR b.status = %(status)s)
        ORDER BY b.id
        LIMIT %(rows_max)s) s
 ORDER BY s.id
 LIMIT %(rows_max)s

-- name: search_billings
-- An upload's billings with this tax id or e-mail, by id. Reads the upload's range of the table.
SELECT s.*, t.issued_on
  FROM (SELECT min(first_billing_id) AS first_id, max(last_billing_id) AS last_id
          FROM batch WHERE upload_id = %(upload_id)s) r
 CROSS JOIN LATERAL (
       SELECT b.id FROM billing b
        WHERE b.id BETWEEN GREATEST(r.first_id, %(after)s + 1) AND r.last_id
          AND b.upload_id = %(upload_id)s
          AND (b.tax_id = %(tax_id)s OR lower(b.email) = %(email)s)
        ORDER BY b.id
        LIMIT %(rows_max)s) f
  JOIN billing_status s ON s.id = f.id
 CROSS JOIN LATERAL (
       SELECT issued_on FROM batch
        WHERE first_billing_id <= s.id ORDER BY first_billing_id DESC LIMIT 1) t
 WHERE %(status)s::text IS NULL OR s.status = %(status)s
 ORDER BY s.id

-- name: find_billing
SELECT s.*, p.content AS profile, t.issued_on, t.issued_at
  FROM billing_status s
  JOIN upload u ON u.id = s.upload_id
  JOIN profile p ON p.id = u.profile_id
  LEFT JOIN LATERAL (
       SELECT issued_on, issued_at FROM batch
        WHERE first_billing_id <= s.id ORDER BY first_billing_id DESC LIMIT 1) t ON true
 WHERE s.debt_id = %(debt_id)s

-- name: list_mail_events
-- What happened to a billing's mail beside its outcome: attempts that were not the last, and that it came back.
SELECT at, state, concat_ws(' ', reply_code, detail) AS detail FROM notification_attempt
 WHERE billing_id = %(billing_id)s
 UNION ALL
SELECT at, 'BOUNCED', concat_ws(' ', status, detail) FROM bounce WHERE billing_id = %(billing_id)s
 ORDER BY at DESC
 LIMIT 100

-- name: remove_billing
-- Take one billing out; it keeps its row and its date.
INSERT INTO billing_removal (billing_id, upload_id)
SELECT id, upload_id FROM billing WHERE debt_id = %(debt_id)s
ON CONFLICT (billing_id) DO NOTHING
RETURNING billing_id
