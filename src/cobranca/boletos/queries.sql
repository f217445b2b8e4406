-- name: ensure_series
INSERT INTO our_number_series (beneficiary_id, series, next_number)
VALUES (%(beneficiary_id)s, %(series)s, %(first_number)s)
ON CONFLICT ON CONSTRAINT our_number_series_is_unique DO NOTHING

-- name: take_our_numbers
-- Take a block of a series, from `first_number` at the least. Locks the series' row until the commit; no row when
-- the range has not so many left. Numbers once passed are never given again, whatever the settings say.
UPDATE our_number_series SET next_number = GREATEST(next_number, %(first_number)s) + %(count)s
 WHERE beneficiary_id = %(beneficiary_id)s AND series = %(series)s
   AND GREATEST(next_number, %(first_number)s) + %(count)s - 1 <= %(last_number)s
RETURNING id, next_number - %(count)s AS first_number

-- name: give_batch_its_numbers
-- Tie the block to the batch for good: a second attempt issues the same numbers.
UPDATE batch SET series_id = %(series_id)s, first_our_number = %(first_our_number)s, issued_on = %(issued_on)s
 WHERE id = %(batch_id)s AND first_our_number IS NULL

-- name: read_amounts
-- The batch's billings by id as one value of 21 bytes a billing: id, cents, due date, and 1 when removed.
SELECT string_agg(int8send(b.id) || int8send(b.amount_cents) || date_send(b.due_date)
                  || CASE WHEN r.billing_id IS NULL THEN '\x00'::bytea ELSE '\x01'::bytea END,
                  ''::bytea ORDER BY b.id) AS packed
  FROM billing b LEFT JOIN billing_removal r ON r.billing_id = b.id
 WHERE b.id BETWEEN %(first_id)s AND %(last_id)s

-- name: read_payers
-- Who the batch's billings are to be paid by, by id.
SELECT id, debt_id, name, tax_id, email
  FROM billing WHERE id BETWEEN %(first_id)s AND %(last_id)s
 ORDER BY id

-- name: copy_boletos
COPY boleto (billing_id, our_number, series_id, barcode) FROM STDIN (FORMAT BINARY)

-- name: copy_boletos_with_pdf
COPY boleto (billing_id, our_number, series_id, barcode, pdf_offset, pdf_length, pdf_sha256)
FROM STDIN (FORMAT BINARY)

-- name: note_issued
UPDATE batch
   SET issued = %(issued)s, issued_at = now(), object_path = %(object_path)s, updated_at = now()
 WHERE id = %(batch_id)s

-- name: find_pdf
-- Where the PDF of a debt's newest billing lies in its batch's file; of what was taken out, nowhere.
SELECT o.pdf_offset, o.pdf_length, t.object_path
  FROM billing b
  JOIN upload u ON u.id = b.upload_id AND u.removed_at IS NULL
  JOIN boleto o ON o.billing_id = b.id
 CROSS JOIN LATERAL (
       SELECT object_path FROM batch
        WHERE first_billing_id <= b.id ORDER BY first_billing_id DESC LIMIT 1) t
 WHERE b.debt_id = %(debt_id)s AND b.beneficiary_id = %(beneficiary_id)s
   AND t.object_path IS NOT NULL AND o.pdf_offset IS NOT NULL
   AND NOT EXISTS (SELECT FROM billing_removal r WHERE r.billing_id = b.id)
   AND NOT EXISTS (SELECT FROM billing n
                    WHERE n.beneficiary_id = b.beneficiary_id AND n.debt_id = b.debt_id AND n.issue > b.issue)
