-- name: read_mark
-- What sums of payments depend on: another text after whatever may change one.
SELECT concat_ws('/',
       (SELECT concat_ws('-', count(*), max(id), count(removed_at), count(purge_begun_at), count(purged_at))
          FROM upload WHERE beneficiary_id = %(beneficiary_id)s),
       (SELECT concat_ws('-', count(*), sum(billings)) FROM upload_due WHERE beneficiary_id = %(beneficiary_id)s),
       (SELECT sum(r.removals) FROM upload u CROSS JOIN LATERAL (
               SELECT count(*) AS removals FROM billing_removal WHERE upload_id = u.id OFFSET 0) r
         WHERE u.beneficiary_id = %(beneficiary_id)s),
       (SELECT concat_ws('-', count(posted_at), max(id)) FROM return_file WHERE beneficiary_id = %(beneficiary_id)s),
       (SELECT COALESCE(max(id), 0) FROM payment_call WHERE beneficiary_id = %(beneficiary_id)s),
       (SELECT COALESCE(max(id), 0) FROM settlement_act WHERE beneficiary_id = %(beneficiary_id)s),
       (SELECT concat_ws('-', count(e.suspense_id), max(s.id)) FROM suspense s
          LEFT JOIN suspense_end e ON e.suspense_id = s.id WHERE s.beneficiary_id = %(beneficiary_id)s)) AS mark

-- name: sum_single
-- Payments of a period by day, of billings that one teller has told of once and nobody took back: most of them.
SELECT p.paid_on, count(*)::bigint AS payments, sum(p.paid_cents)::bigint AS paid_cents
  FROM payment p
  JOIN billing b ON b.id = p.billing_id AND b.beneficiary_id = %(beneficiary_id)s
 WHERE p.paid_on BETWEEN %(first)s AND %(last)s
   AND NOT EXISTS (SELECT FROM payment o
                    WHERE o.billing_id = p.billing_id AND (o.teller, o.told_by, o.line) <> (p.teller, p.told_by, p.line))
   AND NOT EXISTS (SELECT FROM payment_reversal r WHERE r.billing_id = p.billing_id)
 GROUP BY p.paid_on

-- name: list_paid
-- Billings after an id that somebody has told of a payment in the period; with `several`, only those of which there is
-- more to tell than one payment. What is kept of the payer of a removed one is the name.
SELECT b.id, b.amount_cents, b.upload_id, COALESCE(d.code, b.debt_id::text) AS code, b.name,
       CASE WHEN r.billing_id IS NULL AND u.removed_at IS NULL THEN b.tax_id ELSE '' END AS tax_id, b.due_date
  FROM (SELECT DISTINCT p.billing_id
          FROM payment p
          JOIN billing o ON o.id = p.billing_id AND o.beneficiary_id = %(beneficiary_id)s
         WHERE p.billing_id > %(after)s AND p.paid_on BETWEEN %(first)s AND %(last)s
           AND (NOT %(several)s
                OR EXISTS (SELECT FROM payment q WHERE q.billing_id = p.billing_id
                              AND (q.teller, q.told_by, q.line) <> (p.teller, p.told_by, p.line))
                OR EXISTS (SELECT FROM payment_reversal v WHERE v.billing_id = p.billing_id))
         ORDER BY p.billing_id
         LIMIT %(rows_max)s) f
  JOIN billing b ON b.id = f.billing_id
  JOIN upload u ON u.id = b.upload_id
  LEFT JOIN billing_removal r ON r.billing_id = b.id
  LEFT JOIN billing_detail d ON d.billing_id = b.id
 ORDER BY b.id

-- name: sum_owed
-- What is owed of billings that stand, by whether it is overdue: what files brought, less what was cancelled one by one,
-- less what was paid. Money alone takes off: a title that its bank has written off is still owed.
WITH brought AS (
    SELECT d.upload_id, d.due_date, d.billings, d.amount_cents
      FROM upload_due d JOIN upload u ON u.id = d.upload_id
     WHERE d.beneficiary_id = %(beneficiary_id)s
       AND u.removed_at IS NULL
), cancelled AS (
    SELECT b.due_date, -1 AS billings, -b.amount_cents AS amount_cents
      FROM (SELECT DISTINCT upload_id FROM brought) f
     CROSS JOIN LATERAL (
           SELECT r.billing_id FROM billing_removal r WHERE r.upload_id = f.upload_id OFFSET 0) r
     CROSS JOIN LATERAL (
           SELECT b.due_date, b.amount_cents FROM billing b
            WHERE b.id = r.billing_id AND b.beneficiary_id = %(beneficiary_id)s OFFSET 0) b
), paid AS (
    SELECT b.due_date, CASE WHEN s.receivable_cents = 0 THEN -1 ELSE 0 END AS billings,
           s.receivable_cents - b.amount_cents AS amount_cents
      FROM settlement s
      JOIN billing b ON b.id = s.billing_id AND b.beneficiary_id = %(beneficiary_id)s
      JOIN upload u ON u.id = b.upload_id AND u.removed_at IS NULL
      LEFT JOIN billing_removal r ON r.billing_id = s.billing_id
     WHERE r.billing_id IS NULL
)
SELECT due_date < %(today)s AS overdue, sum(billings)::bigint AS billings, sum(amount_cents)::bigint AS amount_cents
  FROM (SELECT due_date, billings, amount_cents FROM brought UNION ALL SELECT * FROM cancelled UNION ALL SELECT * FROM paid) f
 GROUP BY overdue

-- name: sum_suspense
-- Money that waits for a person.
SELECT count(*)::bigint AS billings, COALESCE(sum(s.paid_cents), 0)::bigint AS amount_cents
  FROM suspense s
 WHERE s.beneficiary_id = %(beneficiary_id)s
   AND NOT EXISTS (SELECT FROM suspense_end e WHERE e.suspense_id = s.id)
