-- name: prefer_own_plans
-- Plan each query for its own values: what no condition asks for is not joined, and a list of ids is hashed.
SELECT set_config('plan_cache_mode', 'force_custom_plan', true)

-- name: find_upload
SELECT id FROM upload WHERE beneficiary_id = %(beneficiary_id)s AND public_id = %(public_id)s

-- name: list_writings
-- Every writing of the person that one of them names.
SELECT o.id FROM payer p JOIN payer o ON o.beneficiary_id = p.beneficiary_id AND o.tax_id = p.tax_id
 WHERE p.fingerprint = %(fingerprint)s AND p.beneficiary_id = %(beneficiary_id)s
 LIMIT %(rows_max)s

-- name: next_batches
-- The next batches that may hold what is asked for, the newest file first and by id within it. What their counts tell
-- is passed over; files that have had money or word of a bank are looked into.
SELECT p.id, p.upload_id, p.first_billing_id, p.last_billing_id, p.total, p.issued_on, p.object_path, u.profile_id
  FROM upload u
  JOIN batch p ON p.upload_id = u.id
  LEFT JOIN batch_due y ON y.batch_id = p.id
  LEFT JOIN upload_settled t ON t.upload_id = u.id
 WHERE u.beneficiary_id = %(beneficiary_id)s AND u.id <= %(from_upload)s
   AND (u.id < %(from_upload)s OR p.last_billing_id > %(after)s)
   AND (%(upload_id)s::integer IS NULL OR u.id = %(upload_id)s)
   AND (%(received_from)s::timestamptz IS NULL OR u.received_at >= %(received_from)s)
   AND (%(received_before)s::timestamptz IS NULL OR u.received_at < %(received_before)s)
   AND (%(statuses)s::text[] IS NULL OR t.upload_id IS NOT NULL
        OR ('REMOVED' = ANY(%(statuses)s)
            AND (u.removed_at IS NOT NULL
                 OR EXISTS (SELECT FROM billing_removal r
                             WHERE r.billing_id BETWEEN p.first_billing_id AND p.last_billing_id)))
        OR (u.removed_at IS NULL
            AND (('ACKNOWLEDGED' = ANY(%(statuses)s) AND p.total > p.issued)
                 OR ('ISSUED' = ANY(%(statuses)s) AND p.issued > p.sent + p.failed + p.uncertain)
                 OR ('SENT' = ANY(%(statuses)s) AND p.sent > 0)
                 OR ('FAILED' = ANY(%(statuses)s) AND p.failed > 0)
                 OR ('UNCERTAIN' = ANY(%(statuses)s) AND p.uncertain > 0))))
   AND (%(payer_ids)s::bigint[] IS NULL
        OR EXISTS (SELECT FROM payer_billing l
                    WHERE l.payer_id = ANY(%(payer_ids)s)
                      AND l.billing_id BETWEEN p.first_billing_id AND p.last_billing_id))
   AND (%(bounced)s::boolean IS NOT TRUE
        OR EXISTS (SELECT FROM bounce x
                    WHERE x.billing_id BETWEEN p.first_billing_id AND p.last_billing_id))
   AND ((%(due_from)s::date IS NULL AND %(due_to)s::date IS NULL) OR y.batch_id IS NULL
        OR (y.due_dates[cardinality(y.due_dates)] >= COALESCE(%(due_from)s, '-infinity')
            AND y.due_dates[1] <= COALESCE(%(due_to)s, 'infinity')
            AND EXISTS (SELECT FROM unnest(y.due_dates) AS d (due_date)
                         WHERE d.due_date BETWEEN COALESCE(%(due_from)s, '-infinity')
                                              AND COALESCE(%(due_to)s, 'infinity'))))
 ORDER BY u.id DESC, p.first_billing_id
 LIMIT %(batches_max)s

-- name: match
-- Which billings of these batches are what is asked for: in the order of the batches and by id, or all by line. Every
-- list, count, export and PDF is of what this finds. Planned for its values, so that a join is made only where a
-- condition needs it; the ranges keep each join within the batch. Only a file that has had money or word of a bank
-- has statuses that the view alone tells.
SELECT w.place - 1 AS place, f.id, f.line_number
  FROM unnest(%(batch_ids)s::bigint[]) WITH ORDINALITY AS w (id, place)
  JOIN batch p ON p.id = w.id
  JOIN upload u ON u.id = p.upload_id
  LEFT JOIN upload_settled t ON t.upload_id = p.upload_id
 CROSS JOIN LATERAL (
       SELECT b.id, b.line_number
         FROM billing b
         LEFT JOIN billing_removal r ON r.billing_id = b.id
               AND r.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
         LEFT JOIN boleto o ON o.billing_id = b.id
               AND o.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
         LEFT JOIN notification n ON n.billing_id = b.id
               AND n.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
         LEFT JOIN bounce x ON x.billing_id = b.id
               AND x.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
        WHERE b.id BETWEEN p.first_billing_id AND p.last_billing_id
          AND b.beneficiary_id = %(beneficiary_id)s
          AND (%(after_id)s::bigint IS NULL OR p.upload_id <> %(from_upload)s OR b.id > %(after_id)s)
          AND (%(after_line)s::bigint IS NULL OR b.line_number > %(after_line)s)
          AND (%(statuses)s::text[] IS NULL
               OR CASE WHEN t.upload_id IS NOT NULL
                       THEN (SELECT s.status FROM billing_status s WHERE s.id = b.id)
                       WHEN r.billing_id IS NOT NULL OR u.removed_at IS NOT NULL THEN 'REMOVED'
                       WHEN n.billing_id IS NOT NULL THEN n.state
                       WHEN o.billing_id IS NOT NULL THEN 'ISSUED'
                       ELSE 'ACKNOWLEDGED' END = ANY(%(statuses)s))
          AND (%(due_from)s::date IS NULL OR b.due_date >= %(due_from)s)
          AND (%(due_to)s::date IS NULL OR b.due_date <= %(due_to)s)
          AND (%(sent_from)s::timestamptz IS NULL OR (n.state = 'SENT' AND n.at >= %(sent_from)s))
          AND (%(sent_before)s::timestamptz IS NULL OR (n.state = 'SENT' AND n.at < %(sent_before)s))
          AND (%(amount_from)s::bigint IS NULL OR b.amount_cents >= %(amount_from)s)
          AND (%(amount_to)s::bigint IS NULL OR b.amount_cents <= %(amount_to)s)
          AND (%(reason)s::text IS NULL
               OR (n.state <> 'SENT' AND (COALESCE(n.detail, '') ~ %(reason)s) <> %(other_reason)s))
          AND (%(bounced)s::boolean IS NULL OR (x.billing_id IS NOT NULL) = %(bounced)s)
          AND (%(payer_ids)s::bigint[] IS NULL
               OR EXISTS (SELECT FROM payer_billing l
                           WHERE l.payer_id = ANY(%(payer_ids)s) AND l.billing_id = b.id))
          AND (%(tax_id)s::text IS NULL OR b.tax_id = %(tax_id)s OR lower(b.email) = %(email)s
               OR b.id IN (SELECT billing_id FROM billing_mail WHERE lower(email) = %(email)s)
               OR (b.debt_id = %(debt_id)s AND b.beneficiary_id = %(beneficiary_id)s))
        ORDER BY CASE WHEN %(by_line)s THEN b.line_number END, b.id
        LIMIT %(rows_max)s) f
 WHERE (%(received_from)s::timestamptz IS NULL OR u.received_at >= %(received_from)s)
   AND (%(received_before)s::timestamptz IS NULL OR u.received_at < %(received_before)s)
 ORDER BY CASE WHEN %(by_line)s THEN f.line_number END, w.place, f.id
 LIMIT %(rows_max)s

-- name: find_batch_of_debt
-- The batch of a debt's newest billing, and that billing.
SELECT b.id, p.id AS batch_id
  FROM billing b
 CROSS JOIN LATERAL (
       SELECT id FROM batch WHERE first_billing_id <= b.id ORDER BY first_billing_id DESC LIMIT 1) p
 WHERE b.debt_id = %(debt_id)s AND b.beneficiary_id = %(beneficiary_id)s
   AND (%(upload_id)s::integer IS NULL OR b.upload_id = %(upload_id)s)
 ORDER BY b.issue DESC
 LIMIT 1
