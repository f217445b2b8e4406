-- name: take_turn
-- Money of a beneficiary is posted by one transaction at a time; the lock goes with it.
SELECT pg_advisory_xact_lock(7231, %(beneficiary_id)s), clock_timestamp() AS at

-- name: be_brief
-- A call does not wait long for its turn: it is asked to come again.
SELECT set_config('lock_timeout', '3000', true)

-- name: add_file
-- A file that came; nothing of it is read yet.
INSERT INTO return_file (beneficiary_id, name, sha256, size_bytes, storage_path, came_by, changed_ns, linked,
                         work_group_id)
VALUES (%(beneficiary_id)s, %(name)s, %(sha256)s, %(size_bytes)s, %(storage_path)s, %(came_by)s,
        %(changed_ns)s, %(linked)s,
        %(work_group_id)s)
RETURNING id, public_id

-- name: read_file
SELECT * FROM return_file WHERE id = %(file_id)s

-- name: find_file
SELECT f.*, e.public_id AS repeats_public_id FROM return_file f
  LEFT JOIN return_file e ON e.id = f.repeats
 WHERE f.beneficiary_id = %(beneficiary_id)s AND f.public_id = %(public_id)s

-- name: find_picked_up
-- What became of a file of the folder, as it lies there.
SELECT verdict FROM return_file
 WHERE beneficiary_id = %(beneficiary_id)s AND storage_path = %(storage_path)s AND came_by = 'folder'
   AND name = %(name)s AND changed_ns = %(changed_ns)s
 ORDER BY id DESC
 LIMIT 1

-- name: list_files
-- The files of a beneficiary, newest first.
SELECT f.*, e.public_id AS repeats_public_id FROM return_file f
  LEFT JOIN return_file e ON e.id = f.repeats
 WHERE f.beneficiary_id = %(beneficiary_id)s AND f.id < %(before)s
 ORDER BY f.id DESC
 LIMIT %(rows_max)s

-- name: find_earlier
-- Files that this one may repeat: whatever was believed of the same bytes, records or name, the first of them.
SELECT id, content_sha256, records_sha256, identity
  FROM return_file
 WHERE beneficiary_id = %(beneficiary_id)s AND id <> %(file_id)s AND verdict IN ('accept', 'conflict')
   AND (content_sha256 = %(content_sha256)s OR records_sha256 = %(records_sha256)s OR identity = %(identity)s)
 ORDER BY id
 LIMIT 100

-- name: count_shown
-- How many files of a beneficiary were believed: the first ones are only shown.
SELECT count(*) AS files FROM (
       SELECT FROM return_file WHERE beneficiary_id = %(beneficiary_id)s AND verdict = 'accept' LIMIT %(rows_max)s) f

-- name: note_verdict
-- What reading a file told.
UPDATE return_file
   SET read_at = now(), verdict = %(verdict)s, code = %(code)s, message = %(message)s, line = %(line)s,
       first_place = %(first_place)s, last_place = %(last_place)s, bank = %(bank)s, layout = %(layout)s,
       agreement = %(agreement)s, created_on = %(created_on)s, sequence = %(sequence)s,
       content_sha256 = %(content_sha256)s, records_sha256 = %(records_sha256)s, identity = %(identity)s,
       repeats = %(repeats)s, line_count = %(line_count)s, tally = %(tally)s::jsonb, shown_only = %(shown_only)s,
       posted_at = CASE WHEN %(posted)s THEN now() END
 WHERE id = %(file_id)s

-- name: want_posted
UPDATE return_file SET wanted = true WHERE id = %(file_id)s

-- name: list_records
-- A file's records after a line, with the debts that they are about.
SELECT r.line, r.kind, r.fate, r.occurrence, r.our_number, r.reasons, r.note, r.title_cents, r.paid_cents,
       r.occurred_on, r.credited_on, b.debt_id, COALESCE(d.code, b.debt_id::text) AS code
  FROM return_record r
  LEFT JOIN billing b ON b.id = r.billing_id
  LEFT JOIN billing_detail d ON d.billing_id = r.billing_id
 WHERE r.file_id = %(file_id)s AND r.line > %(after)s
   AND (%(fate)s::smallint IS NULL OR r.fate = %(fate)s)
 ORDER BY r.line
 LIMIT %(rows_max)s

-- name: drop_shown
-- Records that were only shown are no facts: posting writes them anew.
DELETE FROM return_record WHERE file_id = %(file_id)s

-- name: list_accounts
-- The accounts that a beneficiary has, and has had.
SELECT DISTINCT content->>'bank' AS bank, content->'bank_parameters' AS parameters
  FROM profile WHERE beneficiary_id = %(beneficiary_id)s

-- name: knows_agreement
-- Whether a file with these words for its agreement was posted before.
SELECT 1 AS known FROM return_file
 WHERE beneficiary_id = %(beneficiary_id)s AND posted_at IS NOT NULL AND bank = %(bank)s AND agreement = %(agreement)s
 LIMIT 1

-- name: find_boletos_between
-- Boletos of a series by our number, as one value of 16 bytes each: our number and billing.
SELECT string_agg(int8send(o.our_number) || int8send(o.billing_id), ''::bytea ORDER BY o.our_number) AS packed
  FROM boleto o
 WHERE o.series_id = (SELECT id FROM our_number_series
                       WHERE beneficiary_id = %(beneficiary_id)s AND series = %(series)s)
   AND o.our_number BETWEEN %(first)s AND %(last)s

-- name: find_boletos_among
-- The same, of our numbers that lie far apart.
SELECT string_agg(int8send(o.our_number) || int8send(o.billing_id), ''::bytea ORDER BY o.our_number) AS packed
  FROM boleto o
 WHERE o.series_id = (SELECT id FROM our_number_series
                       WHERE beneficiary_id = %(beneficiary_id)s AND series = %(series)s)
   AND o.our_number = ANY(%(numbers)s)

-- name: read_billings_between
-- Billings by id, as one value of 40 bytes each: id, cents, due date, upload, debt.
SELECT string_agg(int8send(id) || int8send(amount_cents) || date_send(due_date) || int4send(upload_id)
                  || uuid_send(debt_id), ''::bytea ORDER BY id) AS packed
  FROM billing
 WHERE id BETWEEN %(first)s AND %(last)s AND beneficiary_id = %(beneficiary_id)s

-- name: read_billings_among
SELECT string_agg(int8send(id) || int8send(amount_cents) || date_send(due_date) || int4send(upload_id)
                  || uuid_send(debt_id), ''::bytea ORDER BY id) AS packed
  FROM billing
 WHERE id = ANY(%(numbers)s) AND beneficiary_id = %(beneficiary_id)s

-- name: find_settled_between
-- Which billings have had money.
SELECT string_agg(int8send(billing_id), ''::bytea ORDER BY billing_id) AS packed
  FROM settlement WHERE billing_id BETWEEN %(first)s AND %(last)s

-- name: find_settled_among
SELECT string_agg(int8send(billing_id), ''::bytea ORDER BY billing_id) AS packed
  FROM settlement WHERE billing_id = ANY(%(numbers)s)

-- name: copy_records
COPY return_record (file_id, line, billing_id, title_cents, paid_cents, occurred_on, credited_on, kind, fate,
                    occurrence, our_number, paid_at, reasons, note)
FROM STDIN (FORMAT BINARY)

-- name: copy_payments
COPY payment (billing_id, told_by, paid_cents, extra_cents, deducted_cents, told_at, line, paid_on, teller,
              credited_on, net_cents)
FROM STDIN (FORMAT BINARY)

-- name: copy_settlements
COPY settlement (billing_id, paid_cents, extra_cents, deducted_cents, overpaid_cents, receivable_cents, cash_cents,
                 fees_cents, known_at, state, unanswered)
FROM STDIN (FORMAT BINARY)

-- name: copy_title_events
COPY title_event (billing_id, file_id, line, occurred_on, kind) FROM STDIN (FORMAT BINARY)

-- name: stage_registrations
CREATE TEMPORARY TABLE IF NOT EXISTS told_registration
    (billing_id bigint NOT NULL, told_on date NOT NULL, state text NOT NULL, reasons text NOT NULL,
     file_id integer NOT NULL, line integer NOT NULL) ON COMMIT DROP

-- name: copy_registrations
COPY told_registration (billing_id, told_on, state, reasons, file_id, line) FROM STDIN (FORMAT BINARY)

-- name: add_registrations
-- Banks tell the day alone. What they say of a title on the day on which it was entered again, or later, is after what
-- they said of its entries before: by a second each.
INSERT INTO registration (billing_id, state, at, reasons, file_id, line)
SELECT t.billing_id, t.state,
       t.told_on::timestamp AT TIME ZONE 'America/Sao_Paulo' + make_interval(secs => COALESCE(a.entries, 0)),
       COALESCE(string_to_array(NULLIF(t.reasons, ''), ' '), '{}'), t.file_id, t.line
  FROM told_registration t
  LEFT JOIN (SELECT s.billing_id, count(*) AS entries, max(m.generated_on) AS last_on
               FROM title_resend s
               JOIN remittance_title e ON e.billing_id = s.billing_id AND e.movement = s.movement
               JOIN remittance m ON m.id = e.remittance_id
              GROUP BY s.billing_id) a ON a.billing_id = t.billing_id AND a.last_on <= t.told_on
ON CONFLICT ON CONSTRAINT registration_is_told_once DO NOTHING

-- name: clear_registrations
DELETE FROM told_registration

-- name: add_settled_uploads
WITH changed AS (
    INSERT INTO upload_settled_change (upload_id) SELECT unnest(%(upload_ids)s::integer[]) RETURNING upload_id
)
INSERT INTO upload_settled (upload_id) SELECT upload_id FROM changed
ON CONFLICT (upload_id) DO NOTHING

-- name: lock_settled_counts
-- One counts at a time: of two, the one that has seen less would not be the last to write.
SELECT pg_advisory_xact_lock(4026531847)

-- name: count_settled
-- Count anew what was paid and refused of the file whose change is the oldest. What is posted while this is counted has
-- a change of its own, which this does not see and leaves.
WITH next AS (
    SELECT upload_id FROM upload_settled_change ORDER BY id LIMIT 1
), seen AS (
    DELETE FROM upload_settled_change WHERE upload_id = (SELECT upload_id FROM next)
), paid AS (
    SELECT COALESCE(sum(s.paid), 0)::int AS billings, COALESCE(sum(s.cents), 0)::bigint AS cents,
           COALESCE(sum(r.refused), 0)::int AS refused
      FROM batch b
     CROSS JOIN LATERAL (
           SELECT count(*) FILTER (WHERE state >= 2) AS paid, sum(paid_cents) AS cents
             FROM settlement WHERE billing_id BETWEEN b.first_billing_id AND b.last_billing_id OFFSET 0) s
     CROSS JOIN LATERAL (
           SELECT count(DISTINCT g.billing_id) AS refused FROM registration g
            WHERE g.billing_id BETWEEN b.first_billing_id AND b.last_billing_id AND g.state = 'REJECTED'
              AND NOT EXISTS (SELECT FROM registration l
                               WHERE l.billing_id = g.billing_id AND l.state <> 'REJECTED' AND l.at > g.at)
           OFFSET 0) r
     WHERE b.upload_id = (SELECT upload_id FROM next)
)
UPDATE upload_settled t SET paid = p.billings, paid_cents = p.cents, refused = p.refused
  FROM paid p, next n
 WHERE t.upload_id = n.upload_id
RETURNING t.upload_id

-- name: add_payment
INSERT INTO payment (billing_id, teller, told_by, line, paid_cents, extra_cents, deducted_cents, net_cents, paid_on,
                     credited_on, told_at)
VALUES (%(billing_id)s, %(teller)s, %(told_by)s, %(line)s, %(paid_cents)s, %(extra_cents)s, %(deducted_cents)s,
        %(net_cents)s, %(paid_on)s, %(credited_on)s, %(told_at)s)

-- name: add_reversal
INSERT INTO payment_reversal (billing_id, teller, told_by, line, amount_cents, reversed_on, of_told_by)
VALUES (%(billing_id)s, %(teller)s, %(told_by)s, %(line)s, %(amount_cents)s, %(reversed_on)s, %(of_told_by)s)

-- name: copy_suspense
COPY suspense (beneficiary_id, teller, told_by, line, why, reference, billing_id, debt_id, our_number, title_cents,
               paid_cents, extra_cents, deducted_cents, net_cents, paid_on, credited_on, told_at)
FROM STDIN (FORMAT BINARY)

-- name: add_suspense
INSERT INTO suspense (beneficiary_id, teller, told_by, line, why, reference, billing_id, debt_id, paid_cents,
                      extra_cents, deducted_cents, net_cents, paid_on, credited_on)
VALUES (%(beneficiary_id)s, %(teller)s, %(told_by)s, %(line)s, %(why)s, %(reference)s, %(billing_id)s, %(debt_id)s,
        %(paid_cents)s, %(extra_cents)s, %(deducted_cents)s, %(net_cents)s, %(paid_on)s, %(credited_on)s)

-- name: find_told_payments
-- What other files told of payments of these billings.
SELECT p.billing_id, p.paid_cents, r.occurrence, r.occurred_on, r.credited_on, r.paid_at
  FROM payment p
  JOIN return_record r ON r.file_id = p.told_by AND r.line = p.line
 WHERE p.billing_id = ANY(%(billing_ids)s) AND p.teller = 1 AND p.told_by <> %(file_id)s

-- name: read_titles
SELECT b.id, b.amount_cents, b.upload_id, LEAST(r.removed_at, u.removed_at) AS removed_at
  FROM billing b
  JOIN upload u ON u.id = b.upload_id
  LEFT JOIN billing_removal r ON r.billing_id = b.id
 WHERE b.id = ANY(%(billing_ids)s)

-- name: read_tellings
SELECT billing_id, teller, told_by, line, paid_cents, extra_cents, deducted_cents, net_cents, paid_on, credited_on,
       told_at
  FROM payment WHERE billing_id = ANY(%(billing_ids)s)

-- name: read_reversals
SELECT billing_id, teller, told_by, line, amount_cents, reversed_on, of_told_by
  FROM payment_reversal WHERE billing_id = ANY(%(billing_ids)s)

-- name: settle
-- What the facts make of billings, put in the place of what they made before.
INSERT INTO settlement (billing_id, paid_cents, extra_cents, deducted_cents, overpaid_cents, receivable_cents,
                        cash_cents, fees_cents, known_at, state, unanswered)
SELECT * FROM unnest(%(billing_id)s::bigint[], %(paid_cents)s::bigint[], %(extra_cents)s::bigint[],
                     %(deducted_cents)s::bigint[], %(overpaid_cents)s::bigint[], %(receivable_cents)s::bigint[],
                     %(cash_cents)s::bigint[], %(fees_cents)s::bigint[], %(known_at)s::timestamptz[],
                     %(state)s::smallint[], %(unanswered)s::smallint[])
ON CONFLICT (billing_id) DO UPDATE
   SET paid_cents = EXCLUDED.paid_cents, extra_cents = EXCLUDED.extra_cents, deducted_cents = EXCLUDED.deducted_cents,
       overpaid_cents = EXCLUDED.overpaid_cents, receivable_cents = EXCLUDED.receivable_cents,
       cash_cents = EXCLUDED.cash_cents, fees_cents = EXCLUDED.fees_cents, known_at = EXCLUDED.known_at,
       state = EXCLUDED.state, unanswered = EXCLUDED.unanswered

-- name: find_billing
-- A debt's newest billing.
SELECT id FROM billing
 WHERE debt_id = %(debt_id)s AND beneficiary_id = %(beneficiary_id)s
 ORDER BY issue DESC
 LIMIT 1

-- name: find_call
SELECT id, body_sha256, matched FROM payment_call
 WHERE beneficiary_id = %(beneficiary_id)s AND call_id = %(call_id)s

-- name: add_call
INSERT INTO payment_call (beneficiary_id, call_id, body_sha256, paid_at, paid_by, matched)
VALUES (%(beneficiary_id)s, %(call_id)s, %(body_sha256)s, %(paid_at)s, %(paid_by)s, %(matched)s)
RETURNING id

-- name: find_act
SELECT id FROM settlement_act
 WHERE beneficiary_id = %(beneficiary_id)s AND idempotency_key = %(idempotency_key)s

-- name: add_act
INSERT INTO settlement_act (beneficiary_id, billing_id, asked_by, reason, idempotency_key)
VALUES (%(beneficiary_id)s, %(billing_id)s, %(asked_by)s, %(reason)s, %(idempotency_key)s)
RETURNING id

-- name: list_suspense
-- Money in suspense, oldest first: what waits for a person, or what was decided over.
SELECT s.id, s.public_id, s.teller, s.told_by, s.line, s.why, s.reference, s.paid_cents, s.extra_cents,
       s.deducted_cents, s.net_cents, s.paid_on, s.credited_on, s.told_at, f.public_id AS return_public_id,
       COALESCE(pd.code, p.debt_id::text) AS probable_code, e.ended_at, e.billing_id AS ended_billing_id,
       COALESCE(gd.code, g.debt_id::text) AS ended_code, e.ended_by, e.reason
  FROM suspense s
  LEFT JOIN return_file f ON s.teller = 1 AND f.id = s.told_by
  LEFT JOIN billing p ON p.id = s.billing_id
  LEFT JOIN billing_detail pd ON pd.billing_id = p.id
  LEFT JOIN suspense_end e ON e.suspense_id = s.id
  LEFT JOIN billing g ON g.id = e.billing_id
  LEFT JOIN billing_detail gd ON gd.billing_id = g.id
 WHERE s.beneficiary_id = %(beneficiary_id)s AND s.id > %(after)s AND (e.suspense_id IS NOT NULL) = %(ended)s
 ORDER BY s.id
 LIMIT %(rows_max)s

-- name: find_suspense
SELECT s.id, s.public_id, s.teller, s.told_by, s.line, s.why, s.reference, s.paid_cents, s.extra_cents,
       s.deducted_cents, s.net_cents, s.paid_on, s.credited_on, s.told_at, f.public_id AS return_public_id,
       COALESCE(pd.code, p.debt_id::text) AS probable_code, e.ended_at, e.billing_id AS ended_billing_id,
       COALESCE(gd.code, g.debt_id::text) AS ended_code, e.ended_by, e.reason
  FROM suspense s
  LEFT JOIN return_file f ON s.teller = 1 AND f.id = s.told_by
  LEFT JOIN billing p ON p.id = s.billing_id
  LEFT JOIN billing_detail pd ON pd.billing_id = p.id
  LEFT JOIN suspense_end e ON e.suspense_id = s.id
  LEFT JOIN billing g ON g.id = e.billing_id
  LEFT JOIN billing_detail gd ON gd.billing_id = g.id
 WHERE s.beneficiary_id = %(beneficiary_id)s AND s.public_id = %(public_id)s

-- name: end_suspense
INSERT INTO suspense_end (suspense_id, billing_id, ended_by, reason)
VALUES (%(suspense_id)s, %(billing_id)s, %(ended_by)s, %(reason)s)

-- name: read_status
SELECT status, amount_cents FROM billing_status WHERE id = %(billing_id)s AND beneficiary_id = %(beneficiary_id)s

-- name: list_occurrences
-- What banks told of a billing, oldest first, with the files that told it.
SELECT r.line, r.kind, r.fate, r.occurrence, r.our_number, r.reasons, r.note, r.title_cents, r.paid_cents,
       r.occurred_on, r.credited_on, f.public_id AS return_id, f.bank, f.layout, f.posted_at
  FROM (SELECT told_by AS file_id, line FROM payment WHERE billing_id = %(billing_id)s AND teller = 1
         UNION ALL
        SELECT told_by, line FROM payment_reversal WHERE billing_id = %(billing_id)s AND teller = 1
         UNION ALL
        SELECT file_id, line FROM title_event WHERE billing_id = %(billing_id)s
         UNION ALL
        SELECT file_id, line FROM registration WHERE billing_id = %(billing_id)s) t
  JOIN return_record r ON r.file_id = t.file_id AND r.line = t.line
  JOIN return_file f ON f.id = t.file_id AND f.beneficiary_id = %(beneficiary_id)s
 ORDER BY f.posted_at, r.line
 LIMIT 200

-- name: list_acts
-- Settlements by hand, and their undoing, newest last.
SELECT a.id, a.asked_by, a.reason, a.acted_at FROM settlement_act a
 WHERE a.billing_id = %(billing_id)s AND a.beneficiary_id = %(beneficiary_id)s
 ORDER BY a.id
 LIMIT 200

-- name: add_pix
INSERT INTO title_pix (billing_id, file_id, line, url, txid, emv)
SELECT f.billing_id, %(file_id)s, f.line, f.url, f.txid, f.emv
  FROM unnest(%(billing_ids)s::bigint[], %(lines)s::integer[], %(urls)s::text[], %(txids)s::text[], %(emvs)s::text[])
       AS f (billing_id, line, url, txid, emv)
ON CONFLICT ON CONSTRAINT title_pix_is_told_once DO NOTHING
