-- name: read_columns
-- Billings of one batch by id, in columns: what has one width as bytes, texts with U+001F between them. Of what was
-- taken out neither tax id nor e-mail, nor a server's words, which may repeat it. `+ 0` has the ids be a filter of the
-- batch's range, hashed, and no way into its index: the joins stay merges.
SELECT count(*) AS billings,
       string_agg(int8send(f.amount_cents) || date_send(f.due_date) || int4send(f.line_number)
                  || int8send(COALESCE(f.our_number, -1)) || int4send(ascii(f.status))
                  || timestamptz_send(COALESCE(f.sent_at, 'epoch'))
                  || timestamptz_send(COALESCE(f.removed_at, 'epoch')), ''::bytea) AS fixed,
       string_agg(COALESCE(f.barcode, repeat('0', 44)), '') AS barcodes,
       string_agg(translate(f.code, E'\x1f', ' '), E'\x1f') AS codes,
       string_agg(translate(f.name, E'\x1f', ' '), E'\x1f') AS names,
       string_agg(CASE WHEN f.removed_at IS NOT NULL THEN '' ELSE f.tax_id END, E'\x1f') AS tax_ids,
       string_agg(CASE WHEN f.removed_at IS NOT NULL THEN '' ELSE f.email END, E'\x1f') AS emails,
       string_agg(CASE WHEN f.removed_at IS NOT NULL THEN '' ELSE translate(f.detail, E'\x1f', ' ') END, E'\x1f') AS details
  FROM (SELECT b.amount_cents, b.due_date, b.line_number, b.name, b.tax_id, COALESCE(a.email, b.email) AS email,
               COALESCE(d.code, b.debt_id::text) AS code, o.our_number, o.barcode,
               LEAST(r.removed_at, u.removed_at) AS removed_at,
               CASE WHEN t.upload_id IS NOT NULL
                    THEN (SELECT CASE s.status WHEN 'REGISTERED' THEN 'G' WHEN 'WRITTEN_OFF' THEN 'W'
                                               WHEN 'REGISTRATION_REJECTED' THEN 'J' WHEN 'PARTIALLY_PAID' THEN 'T'
                                               WHEN 'PAID' THEN 'D' WHEN 'PROTESTED' THEN 'P'
                                               WHEN 'PAID_AFTER_CANCEL' THEN 'C' ELSE left(s.status, 1) END
                            FROM billing_status s WHERE s.id = b.id)
                    WHEN r.billing_id IS NOT NULL OR u.removed_at IS NOT NULL THEN 'R'
                    WHEN n.billing_id IS NOT NULL THEN left(n.state, 1)
                    WHEN o.billing_id IS NOT NULL THEN 'I'
                    ELSE 'A' END AS status,
               CASE WHEN n.state = 'SENT' THEN n.at END AS sent_at,
               CASE WHEN x.billing_id IS NOT NULL THEN 'Devolvida: ' || x.detail
                    WHEN n.state <> 'SENT' THEN COALESCE(n.detail, '') ELSE '' END AS detail
          FROM billing b
          JOIN upload u ON u.id = %(upload_id)s
          LEFT JOIN upload_settled t ON t.upload_id = u.id
          LEFT JOIN billing_detail d ON d.billing_id = b.id AND d.billing_id BETWEEN %(first_id)s AND %(last_id)s
          LEFT JOIN billing_mail a ON a.billing_id = b.id AND a.billing_id BETWEEN %(first_id)s AND %(last_id)s
          LEFT JOIN billing_removal r ON r.billing_id = b.id AND r.billing_id BETWEEN %(first_id)s AND %(last_id)s
          LEFT JOIN boleto o ON o.billing_id = b.id AND o.billing_id BETWEEN %(first_id)s AND %(last_id)s
          LEFT JOIN notification n ON n.billing_id = b.id AND n.billing_id BETWEEN %(first_id)s AND %(last_id)s
          LEFT JOIN bounce x ON x.billing_id = b.id AND x.billing_id BETWEEN %(first_id)s AND %(last_id)s
         WHERE b.id BETWEEN %(first_id)s AND %(last_id)s AND b.beneficiary_id = %(beneficiary_id)s
           AND (%(billing_ids)s::bigint[] IS NULL OR b.id + 0 = ANY(%(billing_ids)s::bigint[]))
         ORDER BY b.id) f

-- name: list_files
-- Names of files, by inner id.
SELECT id, name FROM upload WHERE beneficiary_id = %(beneficiary_id)s AND id = ANY(%(upload_ids)s)

-- name: list_slips
-- What the slips of a batch's billings say, by id, and where their PDFs lie. Of what was taken out, or has no PDF, there
-- is no row.
SELECT b.id, b.debt_id, b.name, b.tax_id, b.amount_cents, b.due_date, o.our_number, o.barcode, o.pdf_offset,
       o.pdf_length
  FROM billing b
  JOIN upload u ON u.id = %(upload_id)s AND u.removed_at IS NULL
  JOIN boleto o ON o.billing_id = b.id AND o.billing_id BETWEEN %(first_id)s AND %(last_id)s
 WHERE b.id BETWEEN %(first_id)s AND %(last_id)s AND b.beneficiary_id = %(beneficiary_id)s
   AND o.pdf_offset IS NOT NULL AND o.pdf_length IS NOT NULL
   AND (%(billing_ids)s::bigint[] IS NULL OR b.id + 0 = ANY(%(billing_ids)s::bigint[]))
   AND NOT EXISTS (SELECT FROM billing_removal r
                    WHERE r.billing_id = b.id AND r.billing_id BETWEEN %(first_id)s AND %(last_id)s)
 ORDER BY b.id

-- name: list_without_slip
-- Of a batch's billings those that list_slips has no row of, by id, and why; the first rows_max.
SELECT COALESCE(d.code, b.debt_id::text) AS code,
       CASE WHEN u.removed_at IS NOT NULL OR r.billing_id IS NOT NULL THEN 'CANCELLED'
            WHEN o.billing_id IS NULL THEN 'NOT_ISSUED' ELSE 'NO_PDF' END AS why
  FROM billing b
  JOIN upload u ON u.id = %(upload_id)s
  LEFT JOIN billing_detail d ON d.billing_id = b.id AND d.billing_id BETWEEN %(first_id)s AND %(last_id)s
  LEFT JOIN billing_removal r ON r.billing_id = b.id AND r.billing_id BETWEEN %(first_id)s AND %(last_id)s
  LEFT JOIN boleto o ON o.billing_id = b.id AND o.billing_id BETWEEN %(first_id)s AND %(last_id)s
 WHERE b.id BETWEEN %(first_id)s AND %(last_id)s AND b.beneficiary_id = %(beneficiary_id)s
   AND (%(billing_ids)s::bigint[] IS NULL OR b.id + 0 = ANY(%(billing_ids)s::bigint[]))
   AND (u.removed_at IS NOT NULL OR r.billing_id IS NOT NULL OR o.pdf_offset IS NULL OR o.pdf_length IS NULL)
 ORDER BY b.id
 LIMIT %(rows_max)s

-- name: count_series
-- How many series of our numbers a beneficiary has.
SELECT count(*) AS series FROM our_number_series WHERE beneficiary_id = %(beneficiary_id)s
