-- name: list_second_copies
-- The second copies that mails of these billings carry, with what their slips show beside them, and what is known of the
-- billing now: its state, and what is open of it.
SELECT b.id, b.debt_id, b.amount_cents, b.due_date, b.name, b.tax_id, o.our_number, t.issued_on, c.pays_on,
       c.due_date AS printed_due_date, c.days_late, c.barcode, c.title_cents, c.fine_cents, c.interest_cents,
       c.discount_cents, c.pix, s.status,
       COALESCE((SELECT x.receivable_cents FROM settlement x WHERE x.billing_id = b.id), b.amount_cents) AS open_cents
  FROM unnest(%(billing_ids)s::bigint[]) AS f (billing_id)
  JOIN billing_mail m ON m.billing_id = f.billing_id
  JOIN mail_second_copy c ON c.billing_id = m.billing_id AND c.at = m.second_copy_at
  JOIN billing b ON b.id = m.billing_id
  JOIN boleto o ON o.billing_id = b.id
 CROSS JOIN LATERAL (SELECT status FROM billing_status WHERE id = b.id OFFSET 0) s
 CROSS JOIN LATERAL (
       SELECT issued_on FROM batch
        WHERE first_billing_id <= b.id ORDER BY first_billing_id DESC LIMIT 1) t
 ORDER BY b.id

-- name: add_second_copy
-- Of the instant of the order itself, which is of this transaction, too.
INSERT INTO mail_second_copy (billing_id, pays_on, due_date, days_late, barcode, title_cents, fine_cents, interest_cents,
                              discount_cents, pix)
VALUES (%(billing_id)s, %(pays_on)s, %(due_date)s, %(days_late)s, %(barcode)s, %(title_cents)s, %(fine_cents)s,
        %(interest_cents)s, %(discount_cents)s, %(pix)s)
