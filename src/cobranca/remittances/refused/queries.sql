-- name: list_refused
-- Titles by id whose bank's last word is that it has not entered them, of billings that stand and were not paid.
SELECT b.id, b.debt_id, COALESCE(d.code, b.debt_id::text) AS code, b.name, b.amount_cents, b.due_date,
       u.public_id AS upload_id, g.at, g.reasons, g.recorded_at, f.bank, f.layout, r.occurrence,
       COALESCE(s.postal_code IS NOT NULL, false) AS mended,
       COALESCE(s.street, d.street) AS street, COALESCE(s.street_number, d.street_number) AS street_number,
       COALESCE(s.complement, d.complement) AS complement, COALESCE(s.district, d.district) AS district,
       COALESCE(s.city, d.city) AS city, COALESCE(s.state, d.state) AS state,
       COALESCE(s.postal_code, d.postal_code) AS postal_code,
       s.movement, s.asked_at, m.public_id AS remittance_id, m.created_at AS sent_at
  FROM (SELECT DISTINCT billing_id FROM registration WHERE state = 'REJECTED' AND billing_id > %(after)s) c
  JOIN billing b ON b.id = c.billing_id AND b.beneficiary_id = %(beneficiary_id)s
  JOIN upload u ON u.id = b.upload_id AND u.removed_at IS NULL
 CROSS JOIN LATERAL (
       SELECT state, at, reasons, recorded_at, file_id, line FROM registration
        WHERE billing_id = b.id ORDER BY at DESC, state LIMIT 1) g
  LEFT JOIN return_file f ON f.id = g.file_id
  LEFT JOIN return_record r ON r.file_id = g.file_id AND r.line = g.line
  LEFT JOIN billing_detail d ON d.billing_id = b.id
  LEFT JOIN LATERAL (
       SELECT * FROM title_resend WHERE billing_id = b.id ORDER BY movement DESC LIMIT 1) s ON true
  LEFT JOIN remittance_title t ON t.billing_id = b.id AND t.movement = s.movement
  LEFT JOIN remittance m ON m.id = t.remittance_id
 WHERE g.state = 'REJECTED'
   AND NOT EXISTS (SELECT FROM billing_removal v WHERE v.billing_id = b.id)
   AND NOT EXISTS (SELECT FROM settlement p WHERE p.billing_id = b.id AND p.state > 0)
 ORDER BY c.billing_id
 LIMIT %(rows_max)s

-- name: find_debt
-- A debt's newest billing.
SELECT id FROM billing
 WHERE debt_id = %(debt_id)s AND beneficiary_id = %(beneficiary_id)s
 ORDER BY issue DESC
 LIMIT 1

-- name: add_resend
INSERT INTO title_resend (billing_id, movement, asked_by, street, street_number, complement, district, city, state,
                          postal_code)
VALUES (%(billing_id)s, %(movement)s, %(asked_by)s, %(street)s, %(number)s, %(complement)s, %(district)s, %(city)s,
        %(state)s, %(postal_code)s)
ON CONFLICT ON CONSTRAINT title_resend_is_once_a_movement DO NOTHING
