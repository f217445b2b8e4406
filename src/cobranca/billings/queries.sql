-- name: find_upload
SELECT u.id, u.removed_at, p.content AS profile,
       EXISTS (SELECT FROM upload_settled t WHERE t.upload_id = u.id) AS settled
  FROM upload u JOIN profile p ON p.id = u.profile_id
 WHERE u.beneficiary_id = %(beneficiary_id)s AND u.public_id = %(public_id)s

-- name: find_page
-- Which billings of an upload follow a line of its file. Ids are in the order of the debtIds, so that this reads the
-- upload's range of the table, batch by batch: 0.1 s a million, without an index that every ingest would pay for.
SELECT f.id
  FROM batch p
 CROSS JOIN LATERAL (
       SELECT b.id, b.line_number FROM billing b
        WHERE b.id BETWEEN p.first_billing_id AND p.last_billing_id
          AND b.upload_id = %(upload_id)s AND b.line_number > %(after)s
        ORDER BY b.line_number
        LIMIT %(rows_max)s) f
 WHERE p.upload_id = %(upload_id)s
 ORDER BY f.line_number
 LIMIT %(rows_max)s

-- name: find_page_acknowledged
-- The same, of billings without a boleto; batches that cannot hold one are passed over by their counts.
SELECT f.id
  FROM batch p
 CROSS JOIN LATERAL (
       SELECT b.id, b.line_number FROM billing b
        WHERE b.id BETWEEN p.first_billing_id AND p.last_billing_id
          AND b.upload_id = %(upload_id)s AND b.line_number > %(after)s
          AND NOT EXISTS (SELECT FROM boleto o WHERE o.billing_id = b.id
                             AND o.billing_id BETWEEN p.first_billing_id AND p.last_billing_id)
          AND b.id NOT IN (SELECT billing_id FROM billing_removal WHERE upload_id = %(upload_id)s)
        ORDER BY b.line_number
        LIMIT %(rows_max)s) f
 WHERE p.upload_id = %(upload_id)s AND p.total > p.issued
 ORDER BY f.line_number
 LIMIT %(rows_max)s

-- name: find_page_issued
-- The same, of billings with a boleto whose mail has no outcome.
SELECT f.id
  FROM batch p
 CROSS JOIN LATERAL (
       SELECT b.id, b.line_number
         FROM (SELECT billing_id FROM boleto
                WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id
               EXCEPT ALL
               SELECT billing_id FROM notification
                WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id) o
         JOIN billing b ON b.id = o.billing_id
        WHERE b.id BETWEEN p.first_billing_id AND p.last_billing_id
          AND b.upload_id = %(upload_id)s AND b.line_number > %(after)s
          AND b.id NOT IN (SELECT billing_id FROM billing_removal WHERE upload_id = %(upload_id)s)
        ORDER BY b.line_number
        LIMIT %(rows_max)s) f
 WHERE p.upload_id = %(upload_id)s AND p.issued > p.sent + p.failed + p.uncertain
 ORDER BY f.line_number
 LIMIT %(rows_max)s

-- name: find_page_notified
-- The same, of billings whose mail has this outcome.
SELECT f.id
  FROM batch p
 CROSS JOIN LATERAL (
       SELECT b.id, b.line_number
         FROM notification n
         JOIN billing b ON b.id = n.billing_id
        WHERE n.billing_id BETWEEN p.first_billing_id AND p.last_billing_id AND n.state = %(status)s
          AND b.id BETWEEN p.first_billing_id AND p.last_billing_id
          AND b.upload_id = %(upload_id)s AND b.line_number > %(after)s
          AND b.id NOT IN (SELECT billing_id FROM billing_removal WHERE upload_id = %(upload_id)s)
        ORDER BY b.line_number
        LIMIT %(rows_max)s) f
 WHERE p.upload_id = %(upload_id)s
   AND CASE %(status)s::text WHEN 'SENT' THEN p.sent WHEN 'FAILED' THEN p.failed ELSE p.uncertain END > 0
 ORDER BY f.line_number
 LIMIT %(rows_max)s

-- name: find_page_removed
-- The same, of billings that were taken out one by one.
SELECT b.id
  FROM billing_removal r
  JOIN billing b ON b.id = r.billing_id
 WHERE r.upload_id = %(upload_id)s AND b.line_number > %(after)s
   AND NOT EXISTS (SELECT FROM settlement s
                    WHERE s.billing_id = r.billing_id
                      AND (s.overpaid_cents > 0 OR s.paid_cents > 0 AND s.known_at > r.removed_at))
 ORDER BY b.line_number
 LIMIT %(rows_max)s

-- name: find_page_unsettled
-- The same, of an upload of which some billing has had money or word of a bank: those that have not.
SELECT f.id
  FROM batch p
 CROSS JOIN LATERAL (
       SELECT b.id, b.line_number
         FROM ((SELECT id FROM billing
                 WHERE id BETWEEN p.first_billing_id AND p.last_billing_id AND %(status)s::text = 'ACKNOWLEDGED'
                EXCEPT
                SELECT billing_id FROM boleto
                 WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id)
                UNION ALL
               (SELECT billing_id FROM boleto
                 WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id AND %(status)s::text = 'ISSUED'
                EXCEPT
                SELECT billing_id FROM notification
                 WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id)
                UNION ALL
                SELECT billing_id FROM notification
                 WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id AND state = %(status)s
               EXCEPT
               SELECT billing_id FROM settlement
                WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id AND state > 0
               EXCEPT
               SELECT t.id FROM (
             SELECT COALESCE(g.billing_id, e.billing_id) AS id,
                    CASE WHEN g.state = 'REJECTED' THEN 'REGISTRATION_REJECTED'
                         WHEN e.protested THEN 'PROTESTED'
                         WHEN e.written_off THEN 'WRITTEN_OFF'
                         WHEN g.state = 'REGISTERED' THEN 'REGISTERED' END AS status
               FROM (SELECT DISTINCT ON (billing_id) billing_id, state FROM registration
                      WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id
                      ORDER BY billing_id, at DESC, state) g
               FULL JOIN (
                    SELECT billing_id,
                           max(occurred_on) FILTER (WHERE kind = 'PROTESTED')
                               >= COALESCE(max(occurred_on) FILTER (WHERE kind = 'PROTEST_WITHDRAWN'), '-infinity')
                               AS protested,
                           bool_or(kind = 'WRITTEN_OFF') AS written_off
                      FROM title_event
                     WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id
                     GROUP BY billing_id) e ON e.billing_id = g.billing_id) t
                WHERE t.status IS NOT NULL) o
         JOIN billing b ON b.id = o.id
        WHERE b.id BETWEEN p.first_billing_id AND p.last_billing_id
          AND b.upload_id = %(upload_id)s AND b.line_number > %(after)s
          AND b.id NOT IN (SELECT billing_id FROM billing_removal WHERE upload_id = %(upload_id)s)
        ORDER BY b.line_number
        LIMIT %(rows_max)s) f
 WHERE p.upload_id = %(upload_id)s
 ORDER BY f.line_number
 LIMIT %(rows_max)s

-- name: find_page_settled
-- The same, of billings that payments have made this of: 1 partially paid, 2 paid, 3 overpaid.
SELECT f.id
  FROM batch p
 CROSS JOIN LATERAL (
       SELECT b.id, b.line_number
         FROM (SELECT billing_id AS id FROM settlement
                WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id
                  AND state = CASE %(status)s::text WHEN 'PARTIALLY_PAID' THEN 1 WHEN 'PAID' THEN 2 ELSE 3 END) o
         JOIN billing b ON b.id = o.id
        WHERE b.id BETWEEN p.first_billing_id AND p.last_billing_id
          AND b.upload_id = %(upload_id)s AND b.line_number > %(after)s
          AND b.id NOT IN (SELECT billing_id FROM billing_removal WHERE upload_id = %(upload_id)s)
        ORDER BY b.line_number
        LIMIT %(rows_max)s) f
 WHERE p.upload_id = %(upload_id)s
 ORDER BY f.line_number
 LIMIT %(rows_max)s

-- name: find_page_told
-- The same, of billings of which the bank's word is the last that counts.
SELECT f.id
  FROM batch p
 CROSS JOIN LATERAL (
       SELECT b.id, b.line_number
         FROM (SELECT t.id FROM (
             SELECT COALESCE(g.billing_id, e.billing_id) AS id,
                    CASE WHEN g.state = 'REJECTED' THEN 'REGISTRATION_REJECTED'
                         WHEN e.protested THEN 'PROTESTED'
                         WHEN e.written_off THEN 'WRITTEN_OFF'
                         WHEN g.state = 'REGISTERED' THEN 'REGISTERED' END AS status
               FROM (SELECT DISTINCT ON (billing_id) billing_id, state FROM registration
                      WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id
                      ORDER BY billing_id, at DESC, state) g
               FULL JOIN (
                    SELECT billing_id,
                           max(occurred_on) FILTER (WHERE kind = 'PROTESTED')
                               >= COALESCE(max(occurred_on) FILTER (WHERE kind = 'PROTEST_WITHDRAWN'), '-infinity')
                               AS protested,
                           bool_or(kind = 'WRITTEN_OFF') AS written_off
                      FROM title_event
                     WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id
                     GROUP BY billing_id) e ON e.billing_id = g.billing_id) t
                WHERE t.status = %(status)s
               EXCEPT
               SELECT billing_id FROM settlement
                WHERE billing_id BETWEEN p.first_billing_id AND p.last_billing_id AND state > 0) o
         JOIN billing b ON b.id = o.id
        WHERE b.id BETWEEN p.first_billing_id AND p.last_billing_id
          AND b.upload_id = %(upload_id)s AND b.line_number > %(after)s
          AND b.id NOT IN (SELECT billing_id FROM billing_removal WHERE upload_id = %(upload_id)s)
        ORDER BY b.line_number
        LIMIT %(rows_max)s) f
 WHERE p.upload_id = %(upload_id)s
 ORDER BY f.line_number
 LIMIT %(rows_max)s

-- name: find_page_paid_after_cancel
-- The same, of billings that were taken out one by one, and were paid all the same.
SELECT b.id
  FROM billing_removal r
  JOIN settlement s ON s.billing_id = r.billing_id
  JOIN billing b ON b.id = r.billing_id
 WHERE r.upload_id = %(upload_id)s AND b.line_number > %(after)s
   AND (s.overpaid_cents > 0 OR s.paid_cents > 0 AND s.known_at > r.removed_at)
 ORDER BY b.line_number
 LIMIT %(rows_max)s

-- name: search_page
-- Which billings of an upload with this debt, tax id or e-mail follow a line of its file, of any status or one. Reads the
-- upload's range of the table; no LIMIT before the status is known.
SELECT f.id
  FROM batch p
 CROSS JOIN LATERAL (
       SELECT b.id, b.line_number FROM billing b
        WHERE b.id BETWEEN p.first_billing_id AND p.last_billing_id
          AND b.upload_id = %(upload_id)s AND b.line_number > %(after)s
          AND (b.tax_id = %(tax_id)s OR lower(b.email) = %(email)s 
               OR (b.debt_id = %(debt_id)s AND b.beneficiary_id = %(beneficiary_id)s))
        ORDER BY b.line_number
        LIMIT CASE WHEN %(status)s::text IS NULL THEN %(rows_max)s::bigint END) f
 WHERE p.upload_id = %(upload_id)s
   AND (%(status)s::text IS NULL OR (SELECT s.status FROM billing_status s WHERE s.id = f.id) = %(status)s)
 ORDER BY f.line_number
 LIMIT %(rows_max)s

-- name: read_billings
-- The billings of a page with their facts, by line.
SELECT s.debt_id, COALESCE(d.code, s.debt_id::text) AS code, b.issue, s.upload_public_id, s.line_number, s.name, s.tax_id, s.email, s.amount_cents, s.due_date, s.status,
       s.warnings, s.created_at, s.removed_at, s.our_number, s.barcode, t.issued_on
  FROM billing_status s
  JOIN billing b ON b.id = s.id
  LEFT JOIN billing_detail d ON d.billing_id = s.id
 CROSS JOIN LATERAL (
       SELECT issued_on FROM batch
        WHERE first_billing_id <= s.id ORDER BY first_billing_id DESC LIMIT 1) t
 WHERE s.id = ANY(%(billing_ids)s)
 ORDER BY s.line_number

-- name: find_billing
-- A debt's newest billing with all that is told of it.
SELECT s.id, s.debt_id, COALESCE(d.code, s.debt_id::text) AS code, b.issue, s.upload_public_id, s.line_number, s.name, s.tax_id, s.email, s.amount_cents, s.due_date,
       s.status, s.warnings, s.created_at, s.removed_at, s.our_number, s.barcode, s.notified_at, s.notification_state,
       s.notification_detail, p.content AS profile, t.issued_on, t.issued_at
  FROM billing_status s
  JOIN billing b ON b.id = s.id
  LEFT JOIN billing_detail d ON d.billing_id = s.id
  JOIN upload u ON u.id = s.upload_id
  JOIN profile p ON p.id = u.profile_id
  LEFT JOIN LATERAL (
       SELECT issued_on, issued_at FROM batch
        WHERE first_billing_id <= s.id ORDER BY first_billing_id DESC LIMIT 1) t ON true
 WHERE s.debt_id = %(debt_id)s AND s.beneficiary_id = %(beneficiary_id)s
 ORDER BY b.issue DESC
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
-- after which outcome, and that it came back.
SELECT at, state, concat_ws(' ', reply_code, detail) AS detail FROM notification_attempt
 WHERE billing_id = %(billing_id)s
 UNION ALL
SELECT former_at, former_state, concat_ws(' ', former_reply_code, former_detail) FROM mail_resend
 WHERE billing_id = %(billing_id)s
 UNION ALL
SELECT at, 'RESENT', concat_ws(': ', asked_by, reason) FROM mail_resend WHERE billing_id = %(billing_id)s
 UNION ALL
SELECT at, 'BOUNCED', concat_ws(' ', status, detail) FROM bounce WHERE billing_id = %(billing_id)s
 ORDER BY at DESC
 LIMIT 100

-- name: remove_billing
-- Take a debt's newest billing out; it keeps its row and its date.
INSERT INTO billing_removal (billing_id, upload_id)
SELECT id, upload_id FROM billing
 WHERE debt_id = %(debt_id)s AND beneficiary_id = %(beneficiary_id)s
 ORDER BY issue DESC
 LIMIT 1
ON CONFLICT (billing_id) DO NOTHING
RETURNING billing_id
