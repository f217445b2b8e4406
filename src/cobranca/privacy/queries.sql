-- name: list_batches
-- The next batches of a beneficiary, by id.
SELECT t.id, t.first_billing_id, t.last_billing_id
  FROM batch t JOIN upload u ON u.id = t.upload_id
 WHERE u.beneficiary_id = %(beneficiary_id)s AND u.purged_at IS NULL AND t.id > %(after)s
 ORDER BY t.id
 LIMIT %(rows_max)s

-- name: find_billings
-- Billings of a person in these ranges. Reads the ranges, without an index that every ingest would pay for.
SELECT f.id
  FROM unnest(%(first_ids)s::bigint[], %(last_ids)s::bigint[]) AS p (first_id, last_id)
 CROSS JOIN LATERAL (
       SELECT b.id FROM billing b
        WHERE b.id BETWEEN p.first_id AND p.last_id AND b.beneficiary_id = %(beneficiary_id)s
          AND (b.tax_id = %(tax_id)s::text OR lower(b.email) = ANY(%(emails)s)
               OR b.id IN (SELECT billing_id FROM mail_resend WHERE lower(email) = ANY(%(emails)s)))
       OFFSET 0) f
 ORDER BY f.id

-- name: read_billings
-- All that there is about these billings but their mails.
SELECT s.id, s.debt_id, s.upload_id, s.upload_public_id, s.line_number, s.name, s.tax_id,
       COALESCE(m.email, s.email) AS email, s.amount_cents,
       s.due_date, s.status, s.created_at, s.removed_at, s.our_number, s.barcode, s.pdf_offset, s.pdf_length,
       s.notified_at, s.notification_state, s.notification_detail, t.id AS batch_id, t.object_path,
       jsonb_strip_nulls(to_jsonb(d) - 'billing_id') AS details,
       ARRAY(SELECT s.email UNION SELECT email FROM mail_resend WHERE billing_id = s.id AND email IS NOT NULL) AS emails
  FROM billing_status s
  LEFT JOIN billing_mail m ON m.billing_id = s.id
  LEFT JOIN billing_detail d ON d.billing_id = s.id
 CROSS JOIN LATERAL (
       SELECT id, object_path FROM batch
        WHERE first_billing_id <= s.id ORDER BY first_billing_id DESC LIMIT 1) t
 WHERE s.id = ANY(%(billing_ids)s) AND s.beneficiary_id = %(beneficiary_id)s
 ORDER BY s.id

-- name: list_mail_events
-- What happened to these billings beside their mails' outcomes: attempts, and what was told of payments.
SELECT a.billing_id, a.at, a.state, a.detail FROM notification_attempt a
  JOIN billing b ON b.id = a.billing_id
 WHERE a.billing_id = ANY(%(billing_ids)s) AND b.beneficiary_id = %(beneficiary_id)s
 UNION ALL
SELECT s.billing_id, s.asked_at, 'TITLE_MENDED',
       concat_ws(', ', s.street, s.street_number, s.complement, s.district, s.city, s.state, s.postal_code)
  FROM title_resend s
  JOIN billing b ON b.id = s.billing_id
 WHERE s.billing_id = ANY(%(billing_ids)s) AND b.beneficiary_id = %(beneficiary_id)s AND s.postal_code IS NOT NULL
 UNION ALL
SELECT o.billing_id, o.at, 'BOUNCED', o.detail FROM bounce o
  JOIN billing b ON b.id = o.billing_id
 WHERE o.billing_id = ANY(%(billing_ids)s) AND b.beneficiary_id = %(beneficiary_id)s
 UNION ALL
SELECT m.billing_id, m.at, CASE WHEN c.pays_on IS NULL THEN 'RESENT' ELSE 'SECOND_COPY_MAILED' END,
       concat_ws(': ', c.pays_on, m.reason, m.former_detail, m.bounce_detail, m.email)
  FROM mail_resend m
  JOIN billing b ON b.id = m.billing_id
  LEFT JOIN mail_second_copy c ON c.billing_id = m.billing_id AND c.at = m.at
 WHERE m.billing_id = ANY(%(billing_ids)s) AND b.beneficiary_id = %(beneficiary_id)s
 UNION ALL
SELECT p.billing_id, p.told_at, 'PAYMENT', concat_ws(' ', p.paid_on, p.paid_cents, c.paid_by) FROM payment p
  JOIN billing b ON b.id = p.billing_id
  LEFT JOIN payment_call c ON p.teller = 3 AND c.id = p.told_by
 WHERE p.billing_id = ANY(%(billing_ids)s) AND b.beneficiary_id = %(beneficiary_id)s
 UNION ALL
SELECT a.billing_id, a.acted_at, 'SETTLEMENT', a.reason FROM settlement_act a
  JOIN billing b ON b.id = a.billing_id
 WHERE a.billing_id = ANY(%(billing_ids)s) AND b.beneficiary_id = %(beneficiary_id)s
 ORDER BY 1, 2

-- name: list_work_in_hand
-- Which work on these batches is under way. A lease that ran out is nobody's: its next holder reads the rows anew.
SELECT w.id, w.fence
  FROM batch t
  JOIN upload u ON u.id = t.upload_id
  JOIN work w ON w.group_id = u.work_group_id AND w.subject_id = t.id AND w.kind IN ('issue', 'notify')
 WHERE t.id = ANY(%(batch_ids)s) AND u.beneficiary_id = %(beneficiary_id)s
   AND w.state = 'WORKING' AND w.lease_until > now()

-- name: list_uploads
-- The next files of a beneficiary that are stored, by id.
SELECT id, storage_path, encoding FROM upload
 WHERE beneficiary_id = %(beneficiary_id)s AND purged_at IS NULL AND id > %(after)s
 ORDER BY id
 LIMIT %(rows_max)s

-- name: note_erased
-- From now on the bytes of a file, sent again, bring nobody back.
UPDATE upload SET erased_at = now() WHERE storage_path = %(storage_path)s AND beneficiary_id = %(beneficiary_id)s

-- name: find_rejects
-- Refused records of one file that name a person, or a debt of theirs (as 32 digits). Reads them all.
SELECT r.upload_id, u.public_id AS upload_public_id, r.line_number, r.code, r.message, r.raw, r.edited
  FROM reject r JOIN upload u ON u.id = r.upload_id
 WHERE r.upload_id = %(upload_id)s AND u.beneficiary_id = %(beneficiary_id)s
   AND (%(pattern)s <> '' AND (r.raw ~* %(pattern)s OR r.message ~* %(pattern)s OR r.edited ~* %(pattern)s)
        OR EXISTS (SELECT FROM unnest(%(debts)s::text[]) AS d (digits)
                    WHERE strpos(replace(lower(concat_ws(' ', r.raw, r.edited)), '-', ''), d.digits) > 0))
 ORDER BY r.line_number

-- name: list_suppressed
SELECT email, at, reason FROM suppressed_address
 WHERE beneficiary_id = %(beneficiary_id)s AND email = ANY(%(emails)s)
 ORDER BY email

-- name: remove_billings
-- Take out what was not mailed, so that nothing about these billings leaves any more.
INSERT INTO billing_removal (billing_id, upload_id)
SELECT b.id, b.upload_id
  FROM billing b LEFT JOIN notification n ON n.billing_id = b.id
 WHERE b.id = ANY(%(billing_ids)s) AND b.beneficiary_id = %(beneficiary_id)s
   AND (n.billing_id IS NULL OR n.state <> 'SENT')
ON CONFLICT (billing_id) DO NOTHING

-- name: erase_billings
-- The tax id stays with a boleto that was issued, unless that is to go too. What servers and people said about the mails
-- may repeat the address.
WITH theirs AS (
    SELECT id FROM billing WHERE id = ANY(%(billing_ids)s) AND beneficiary_id = %(beneficiary_id)s
), slips AS (
    UPDATE boleto SET pdf_offset = NULL, pdf_length = NULL, pdf_sha256 = NULL
     WHERE %(with_slips)s AND billing_id IN (SELECT id FROM theirs)
), outcomes AS (
    UPDATE notification SET detail = NULL WHERE billing_id IN (SELECT id FROM theirs) AND detail IS NOT NULL
), attempts AS (
    UPDATE notification_attempt SET detail = NULL WHERE billing_id IN (SELECT id FROM theirs)
), bounces AS (
    UPDATE bounce SET detail = '' WHERE billing_id IN (SELECT id FROM theirs)
), details AS (
    DELETE FROM billing_detail WHERE billing_id IN (SELECT id FROM theirs)
), mended AS (
    UPDATE title_resend
       SET street = NULL, street_number = NULL, complement = NULL, district = NULL, city = NULL, state = NULL,
           postal_code = NULL
     WHERE billing_id IN (SELECT id FROM theirs)
), resends AS (
    UPDATE mail_resend SET reason = NULL, former_detail = NULL, bounce_detail = NULL, email = NULL
     WHERE billing_id IN (SELECT id FROM theirs)
), anew AS (
    UPDATE billing_mail SET email = NULL WHERE billing_id IN (SELECT id FROM theirs) AND email IS NOT NULL
), calls AS (
    UPDATE payment_call c SET paid_by = '' FROM payment p
     WHERE p.billing_id IN (SELECT id FROM theirs) AND p.teller = 3 AND c.id = p.told_by
), acts AS (
    UPDATE settlement_act SET reason = '' WHERE billing_id IN (SELECT id FROM theirs)
), ends AS (
    UPDATE suspense_end SET reason = '' WHERE billing_id IN (SELECT id FROM theirs)
), suspended AS (
    UPDATE suspense s SET reference = '' FROM suspense_end e
     WHERE e.billing_id IN (SELECT id FROM theirs) AND s.id = e.suspense_id
)
UPDATE billing b
   SET name = %(name)s, email = '',
       tax_id = CASE WHEN %(with_slips)s OR NOT EXISTS (SELECT FROM boleto o WHERE o.billing_id = b.id) THEN ''
                     ELSE b.tax_id END
 WHERE b.id IN (SELECT id FROM theirs)

-- name: erase_rejects
-- The record stays counted, with its line and code.
UPDATE reject r SET raw = '', edited = NULL, message = %(message)s
  FROM upload u
 WHERE r.upload_id = %(upload_id)s AND r.line_number = ANY(%(line_numbers)s)
   AND u.id = r.upload_id AND u.beneficiary_id = %(beneficiary_id)s

-- name: erase_addresses
-- From the list of those not written to; that of the version before was everybody's, and nobody reads it any more.
WITH former AS (DELETE FROM suppression WHERE email = ANY(%(emails)s))
DELETE FROM suppressed_address WHERE beneficiary_id = %(beneficiary_id)s AND email = ANY(%(emails)s)

-- name: erase_words
-- Names of files and sheets, and what servers said when work was put off, where they name the person. A mail account is everybody's.
WITH files AS (
    UPDATE upload SET name = CASE WHEN name ~* %(pattern)s THEN %(text)s ELSE name END,
                      sheet = CASE WHEN sheet ~* %(pattern)s THEN %(text)s ELSE sheet END
     WHERE beneficiary_id = %(beneficiary_id)s AND (name ~* %(pattern)s OR sheet ~* %(pattern)s)
), batches AS (
    UPDATE batch t SET last_error = %(text)s FROM upload u
     WHERE u.id = t.upload_id AND u.beneficiary_id = %(beneficiary_id)s AND t.last_error ~* %(pattern)s
), works AS (
    UPDATE work w SET last_error = %(text)s FROM upload u
     WHERE u.work_group_id = w.group_id AND u.beneficiary_id = %(beneficiary_id)s AND w.last_error ~* %(pattern)s
), returns AS (
    UPDATE return_file SET name = %(text)s WHERE beneficiary_id = %(beneficiary_id)s AND name ~* %(pattern)s
), calls AS (
    UPDATE payment_call SET paid_by = %(text)s WHERE beneficiary_id = %(beneficiary_id)s AND paid_by ~* %(pattern)s
), suspended AS (
    UPDATE suspense SET reference = %(text)s WHERE beneficiary_id = %(beneficiary_id)s AND reference ~* %(pattern)s
)
UPDATE mail_account SET reason = %(text)s WHERE reason ~* %(pattern)s

-- name: delete_checks
-- All checks of the beneficiary: which of them hold the person would take reading their files; each can be made again.
DELETE FROM upload_check WHERE beneficiary_id = %(beneficiary_id)s RETURNING storage_path

-- name: count_titles
-- In how many files for the bank these billings stand, entered or written off.
SELECT count(*) AS titles FROM remittance_title t
  JOIN billing b ON b.id = t.billing_id
 WHERE t.billing_id = ANY(%(billing_ids)s) AND b.beneficiary_id = %(beneficiary_id)s
