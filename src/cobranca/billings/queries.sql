-- name: read_found
-- Billings of any file with their facts.
SELECT s.id, s.debt_id, COALESCE(d.code, s.debt_id::text) AS code, b.issue, s.upload_public_id, s.line_number, s.name,
       s.tax_id, COALESCE(m.email, s.email) AS email, s.amount_cents, s.due_date, s.status, s.warnings, s.created_at,
       s.removed_at, s.our_number, s.barcode, t.issued_on, u.profile_id, s.notification_state, s.notification_detail,
       concat_ws(' ', x.status, x.detail) AS bounce_detail, x.billing_id IS NOT NULL AS returned
  FROM billing_status s
  JOIN billing b ON b.id = s.id
  JOIN upload u ON u.id = s.upload_id
  LEFT JOIN billing_detail d ON d.billing_id = s.id
  LEFT JOIN billing_mail m ON m.billing_id = s.id
  LEFT JOIN bounce x ON x.billing_id = s.id
 CROSS JOIN LATERAL (
       SELECT issued_on FROM batch
        WHERE first_billing_id <= s.id ORDER BY first_billing_id DESC LIMIT 1) t
 WHERE s.id = ANY(%(billing_ids)s) AND s.beneficiary_id = %(beneficiary_id)s

-- name: find_billing
-- A debt's newest billing with all that is told of it.
SELECT s.id, s.debt_id, COALESCE(d.code, s.debt_id::text) AS code, b.issue, s.upload_public_id, s.line_number, s.name, s.tax_id,
       COALESCE(m.email, s.email) AS email, s.amount_cents, s.due_date,
       s.status, s.warnings, s.created_at, s.removed_at, s.our_number, s.barcode, s.notified_at, s.notification_state,
       s.notification_detail, concat_ws(' ', x.status, x.detail) AS bounce_detail,
       x.billing_id IS NOT NULL AS returned, p.content AS profile, t.issued_on, t.issued_at,
       v.reason AS removal_reason, v.asked_by AS removed_by
  FROM billing_status s
  JOIN billing b ON b.id = s.id
  LEFT JOIN billing_detail d ON d.billing_id = s.id
  LEFT JOIN billing_mail m ON m.billing_id = s.id
  LEFT JOIN bounce x ON x.billing_id = s.id
  LEFT JOIN billing_removal v ON v.billing_id = s.id
  JOIN upload u ON u.id = s.upload_id
  JOIN profile p ON p.id = u.profile_id
  LEFT JOIN LATERAL (
       SELECT issued_on, issued_at FROM batch
        WHERE first_billing_id <= s.id ORDER BY first_billing_id DESC LIMIT 1) t ON true
 WHERE s.debt_id = %(debt_id)s AND s.beneficiary_id = %(beneficiary_id)s
 ORDER BY b.issue DESC
 LIMIT 1

-- name: find_pix
-- The bank's latest Pix code of a billing.
SELECT NULLIF(url, '') AS url, NULLIF(txid, '') AS txid, NULLIF(emv, '') AS emv
  FROM title_pix
 WHERE billing_id = %(billing_id)s
 ORDER BY file_id DESC, line DESC
 LIMIT 1

-- name: list_replaced
-- A debt's billings that were cancelled before this issue of it, newest first.
SELECT b.issue, s.upload_public_id, s.line_number, s.amount_cents, s.due_date, s.created_at, s.removed_at, s.our_number,
       s.barcode, s.notified_at, s.notification_state, p.content AS profile, t.issued_on
  FROM billing_status s
  JOIN billing b ON b.id = s.id
  JOIN upload u ON u.id = s.upload_id
  JOIN profile p ON p.id = u.profile_id
  LEFT JOIN LATERAL (
       SELECT issued_on FROM batch
        WHERE first_billing_id <= s.id ORDER BY first_billing_id DESC LIMIT 1) t ON true
 WHERE s.debt_id = %(debt_id)s AND s.beneficiary_id = %(beneficiary_id)s AND b.issue < %(issue)s
 ORDER BY b.issue DESC
 LIMIT 20

-- name: list_mail_events
-- What happened to a billing's mail beside its outcome: attempts that were not the last, who wanted it sent again and
-- after which outcome, and that it came back. Of a second copy: for which day, and to which address it was to go.
SELECT at, state, concat_ws(' ', reply_code, detail) AS detail FROM notification_attempt
 WHERE billing_id = %(billing_id)s
 UNION ALL
SELECT former_at, former_state, concat_ws(' ', former_reply_code, former_detail) FROM mail_resend
 WHERE billing_id = %(billing_id)s
 UNION ALL
SELECT r.at, CASE WHEN c.pays_on IS NULL THEN 'RESENT' ELSE 'SECOND_COPY_MAILED' END,
       concat_ws(' → ', concat_ws(': ', r.asked_by, c.pays_on, r.reason),
                 CASE WHEN c.pays_on IS NULL THEN r.email ELSE COALESCE(
                      (SELECT p.email FROM mail_resend p
                        WHERE p.billing_id = r.billing_id AND p.at <= r.at AND p.email IS NOT NULL
                        ORDER BY p.at DESC LIMIT 1),
                      (SELECT NULLIF(b.email, '') FROM billing b WHERE b.id = r.billing_id)) END)
  FROM mail_resend r
  LEFT JOIN mail_second_copy c ON c.billing_id = r.billing_id AND c.at = r.at
 WHERE r.billing_id = %(billing_id)s
 UNION ALL
SELECT bounced_at, 'BOUNCED', concat_ws(' ', bounce_status, bounce_detail) FROM mail_resend
 WHERE billing_id = %(billing_id)s AND bounced_at IS NOT NULL
 UNION ALL
SELECT at, 'BOUNCED', concat_ws(' ', status, detail) FROM bounce WHERE billing_id = %(billing_id)s
 ORDER BY at DESC
 LIMIT 100

-- name: remove_billing
-- Take a debt's newest billing out; it keeps its row and its date.
INSERT INTO billing_removal (billing_id, upload_id, reason, asked_by)
SELECT id, upload_id, %(reason)s, %(asked_by)s FROM billing
 WHERE debt_id = %(debt_id)s AND beneficiary_id = %(beneficiary_id)s
 ORDER BY issue DESC
 LIMIT 1
ON CONFLICT (billing_id) DO NOTHING
RETURNING billing_id
