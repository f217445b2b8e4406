-- name: find_upload
SELECT id FROM upload
 WHERE public_id = %(public_id)s AND beneficiary_id = %(beneficiary_id)s AND purged_at IS NULL

-- name: add_order
-- One that is open about the same upload, or that has the same key, is the same order.
INSERT INTO remittance_order (beneficiary_id, upload_id, group_id, asked_by, idempotency_key, account)
VALUES (%(beneficiary_id)s, %(upload_id)s, %(group_id)s, %(asked_by)s, %(idempotency_key)s, %(account)s::jsonb)
ON CONFLICT DO NOTHING
RETURNING id

-- name: find_same_order
SELECT o.id, o.public_id, o.beneficiary_id, o.upload_id, u.public_id AS upload_public_id, o.group_id, o.account,
       o.held_back, o.created_at, o.ended_at, w.state AS work_state, w.last_error
  FROM remittance_order o
  JOIN work w ON w.kind = 'register' AND w.subject_id = o.id
  LEFT JOIN upload u ON u.id = o.upload_id
 WHERE o.beneficiary_id = %(beneficiary_id)s
   AND (o.idempotency_key = %(idempotency_key)s::text
        OR (o.ended_at IS NULL AND COALESCE(o.upload_id, 0) = COALESCE(%(upload_id)s::integer, 0)))
 ORDER BY o.idempotency_key = %(idempotency_key)s::text DESC NULLS LAST
 LIMIT 1

-- name: find_order
SELECT o.id, o.public_id, o.beneficiary_id, o.upload_id, u.public_id AS upload_public_id, o.group_id, o.account,
       o.held_back, o.created_at, o.ended_at, w.state AS work_state, w.last_error
  FROM remittance_order o
  JOIN work w ON w.kind = 'register' AND w.subject_id = o.id
  LEFT JOIN upload u ON u.id = o.upload_id
 WHERE o.public_id = %(public_id)s AND o.beneficiary_id = %(beneficiary_id)s

-- name: get_order
-- The order that is the subject of work, which names its beneficiary.
SELECT o.id, o.public_id, o.beneficiary_id, o.upload_id, u.public_id AS upload_public_id, o.group_id, o.account,
       o.held_back, o.created_at, o.ended_at, w.state AS work_state, w.last_error
  FROM remittance_order o
  JOIN work w ON w.kind = 'register' AND w.subject_id = o.id
  LEFT JOIN upload u ON u.id = o.upload_id
 WHERE o.id = %(order_id)s

-- name: list_uploads_to_order
-- Files that need no order of a person: all boletos are there, since not long. Simulated ones wait for a person.
SELECT u.id FROM upload u
 WHERE u.beneficiary_id = %(beneficiary_id)s AND u.removed_at IS NULL AND u.mail <> 'simulate'
   AND u.received_at > now() - make_interval(days => %(days)s)
   AND NOT EXISTS (SELECT FROM remittance_order o WHERE o.upload_id = u.id)
   AND EXISTS (SELECT FROM batch b WHERE b.upload_id = u.id)
   AND NOT EXISTS (SELECT FROM batch b WHERE b.upload_id = u.id AND b.issued_at IS NULL)
 ORDER BY u.id
 LIMIT %(rows_max)s

-- name: list_batches
-- The next batches of an upload, or of all, by id. What is being purged is no wish to write anything off.
SELECT t.id, t.first_billing_id, t.last_billing_id, t.total, t.issued_on, u.profile_id,
       u.removed_at IS NOT NULL AS removed, t.issued_at IS NOT NULL AS issued
  FROM batch t JOIN upload u ON u.id = t.upload_id
 WHERE u.beneficiary_id = %(beneficiary_id)s AND u.purged_at IS NULL AND u.purge_begun_at IS NULL
   AND t.id > %(after)s AND (%(upload_id)s::integer IS NULL OR t.upload_id = %(upload_id)s)
 ORDER BY t.id
 LIMIT %(rows_max)s

-- name: read_titles
-- Billings of a range of which the bank does not know yet what it should: not entered, to be entered again as it refused
-- them, or cancelled after that. What it refused to enter needs no write-off. The range stands with each table, so that
-- they are merged and not looked up.
SELECT b.id, b.debt_id, b.name, b.tax_id, b.amount_cents, b.due_date, o.our_number,
       (r.billing_id IS NOT NULL OR %(file_removed)s) AS removed,
       e.billing_id IS NOT NULL AND s.movement IS NULL AS entered, COALESCE(s.movement, 1) AS movement
  FROM boleto o
  JOIN billing b ON b.id = o.billing_id AND b.id BETWEEN %(first_id)s AND %(last_id)s
   AND b.beneficiary_id = %(beneficiary_id)s
  LEFT JOIN billing_removal r ON r.billing_id = o.billing_id
  LEFT JOIN remittance_title e ON e.billing_id = o.billing_id AND e.movement = 1
        AND e.billing_id BETWEEN %(first_id)s AND %(last_id)s
  LEFT JOIN remittance_title w ON w.billing_id = o.billing_id AND w.movement = 2
        AND w.billing_id BETWEEN %(first_id)s AND %(last_id)s
  LEFT JOIN (
       SELECT DISTINCT ON (a.billing_id) a.billing_id, a.movement FROM title_resend a
        WHERE a.billing_id BETWEEN %(first_id)s AND %(last_id)s
        ORDER BY a.billing_id, a.movement DESC) s
    ON s.billing_id = o.billing_id AND r.billing_id IS NULL AND NOT %(file_removed)s
       AND NOT EXISTS (SELECT FROM remittance_title x
                        WHERE x.billing_id = s.billing_id AND x.movement = s.movement)
  LEFT JOIN LATERAL (
       SELECT g.state FROM registration g
        WHERE g.billing_id = o.billing_id AND e.billing_id IS NOT NULL
          AND (r.billing_id IS NOT NULL OR %(file_removed)s)
        ORDER BY g.at DESC, g.state DESC LIMIT 1) j ON true
 WHERE o.billing_id BETWEEN %(first_id)s AND %(last_id)s
   AND (e.billing_id IS NULL OR s.movement IS NOT NULL
        OR (w.billing_id IS NULL AND (r.billing_id IS NOT NULL OR %(file_removed)s)
            AND j.state IS DISTINCT FROM 'REJECTED'))
 ORDER BY b.id

-- name: read_mended
-- The addresses with which titles of a range are to be entered again.
SELECT DISTINCT ON (billing_id) billing_id, street, street_number, complement, district, city, state, postal_code
  FROM title_resend
 WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s
 ORDER BY billing_id, movement DESC

-- name: ensure_series
INSERT INTO remittance_series (beneficiary_id, account, next_sequence)
VALUES (%(beneficiary_id)s, %(account)s, %(first)s)
ON CONFLICT ON CONSTRAINT remittance_series_is_unique DO NOTHING

-- name: lock_series
-- Until the commit nobody else freezes a file of this account.
SELECT id FROM remittance_series
 WHERE beneficiary_id = %(beneficiary_id)s AND account = %(account)s
   FOR UPDATE

-- name: read_series
SELECT s.id, GREATEST(s.next_sequence, %(first)s) AS next_sequence,
       (SELECT count(*) FROM remittance m
         WHERE m.series_id = s.id AND m.generated_on = %(day)s
           AND m.sequence > s.next_sequence - 2000) AS named_today
  FROM remittance_series s
 WHERE s.beneficiary_id = %(beneficiary_id)s AND s.account = %(account)s

-- name: add_remittance
INSERT INTO remittance (beneficiary_id, order_id, series_id, sequence, layout, name, sha256, size_bytes, titles,
                        amount_cents, storage_path, generated_on)
VALUES (%(beneficiary_id)s, %(order_id)s, %(series_id)s, %(sequence)s, %(layout)s, %(name)s, %(sha256)s,
        %(size_bytes)s, %(titles)s, %(amount_cents)s, %(storage_path)s, %(generated_on)s)
RETURNING id

-- name: advance_series
UPDATE remittance_series SET next_sequence = %(sequence)s + 1 WHERE id = %(series_id)s

-- name: copy_titles
COPY remittance_title (billing_id, remittance_id, position, movement) FROM STDIN (FORMAT BINARY)

-- name: end_order
UPDATE remittance_order SET ended_at = now(), held_back = %(held_back)s::jsonb WHERE id = %(order_id)s

-- name: list_remittances
-- Files of a beneficiary, newest first: of one order or of all.
SELECT m.id, m.public_id, o.public_id AS order_public_id, u.public_id AS upload_public_id, m.sequence, m.layout, m.name,
       m.sha256, m.size_bytes, m.titles, m.amount_cents, m.storage_path, m.created_at, d.delivered_at,
       w.state AS delivery_state, w.last_error AS delivery_error
  FROM remittance m
  JOIN remittance_order o ON o.id = m.order_id
  LEFT JOIN upload u ON u.id = o.upload_id
  LEFT JOIN remittance_delivery d ON d.remittance_id = m.id
  LEFT JOIN work w ON w.kind = 'deliver_remittance' AND w.subject_id = m.id
 WHERE m.beneficiary_id = %(beneficiary_id)s AND m.id < %(before)s
   AND (%(order_id)s::bigint IS NULL OR m.order_id = %(order_id)s)
 ORDER BY m.id DESC
 LIMIT %(rows_max)s

-- name: find_remittance
SELECT m.id, m.public_id, o.public_id AS order_public_id, u.public_id AS upload_public_id, m.sequence, m.layout, m.name,
       m.sha256, m.size_bytes, m.titles, m.amount_cents, m.storage_path, m.created_at, d.delivered_at,
       w.state AS delivery_state, w.last_error AS delivery_error
  FROM remittance m
  JOIN remittance_order o ON o.id = m.order_id
  LEFT JOIN upload u ON u.id = o.upload_id
  LEFT JOIN remittance_delivery d ON d.remittance_id = m.id
  LEFT JOIN work w ON w.kind = 'deliver_remittance' AND w.subject_id = m.id
 WHERE m.public_id = %(public_id)s AND m.beneficiary_id = %(beneficiary_id)s

-- name: get_delivery
-- The file that is the subject of work, with where it is and what it is called.
SELECT name, storage_path FROM remittance WHERE id = %(remittance_id)s

-- name: add_delivery
INSERT INTO remittance_delivery (remittance_id) VALUES (%(remittance_id)s) ON CONFLICT DO NOTHING
