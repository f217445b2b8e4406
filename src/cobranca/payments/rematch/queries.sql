-- name: find_search
SELECT group_id, seen FROM suspense_search WHERE beneficiary_id = %(beneficiary_id)s

-- name: add_search
INSERT INTO suspense_search (beneficiary_id, group_id) VALUES (%(beneficiary_id)s, %(group_id)s)

-- name: note_seen
UPDATE suspense_search SET seen = %(seen)s WHERE beneficiary_id = %(beneficiary_id)s

-- name: read_mark
-- What a search depends on: it is another text once a file came, a batch was issued, or money went to suspense.
SELECT concat_ws('/',
       (SELECT count(*) || '-' || COALESCE(max(id), 0) FROM upload WHERE beneficiary_id = %(beneficiary_id)s),
       (SELECT count(t.issued_at) || '-' || COALESCE(extract(epoch FROM max(t.issued_at)), 0)
          FROM batch t JOIN upload u ON u.id = t.upload_id WHERE u.beneficiary_id = %(beneficiary_id)s),
       (SELECT COALESCE(max(id), 0) FROM suspense WHERE beneficiary_id = %(beneficiary_id)s)) AS mark

-- name: list_unknown
-- Money of which no billing was known and nobody has decided over, after an id, with what its file says of it.
SELECT s.id, s.teller, s.told_by, s.line, s.debt_id, s.our_number, s.title_cents, s.paid_cents, s.extra_cents,
       s.deducted_cents, s.net_cents, s.paid_on, s.credited_on, f.bank, r.occurrence, r.occurred_on, r.paid_at
  FROM suspense s
  LEFT JOIN return_file f ON s.teller = 1 AND f.id = s.told_by
  LEFT JOIN return_record r ON s.teller = 1 AND r.file_id = s.told_by AND r.line = s.line
 WHERE s.beneficiary_id = %(beneficiary_id)s AND s.id > %(after)s
   AND s.why IN ('UNKNOWN_TITLE', 'UNKNOWN_DEBT')
   AND NOT EXISTS (SELECT FROM suspense_end e WHERE e.suspense_id = s.id)
 ORDER BY s.id
 LIMIT %(rows_max)s

-- name: find_debts
-- The newest billings of debts.
SELECT DISTINCT ON (debt_id) debt_id, id FROM billing
 WHERE beneficiary_id = %(beneficiary_id)s AND debt_id = ANY(%(debt_ids)s)
 ORDER BY debt_id, issue DESC

-- name: find_told
-- What return files told of payments of these billings.
SELECT p.told_by, p.billing_id, p.paid_cents, r.occurrence, r.occurred_on, r.credited_on, r.paid_at
  FROM payment p
  JOIN return_record r ON r.file_id = p.told_by AND r.line = p.line
 WHERE p.billing_id = ANY(%(billing_ids)s) AND p.teller = 1
