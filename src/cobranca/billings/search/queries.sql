-- name: plan_uploads
-- Files that are to be made searchable: their mails are done, or have taken long. Some at a time.
INSERT INTO upload_search (upload_id)
SELECT u.id FROM upload u
 WHERE u.accepted > 0 AND u.purged_at IS NULL
   AND (u.finished_at IS NOT NULL OR u.received_at < now() - make_interval(secs => %(patience_s)s))
   AND NOT EXISTS (SELECT FROM upload_search s WHERE s.upload_id = u.id)
 ORDER BY u.id
 LIMIT %(rows_max)s
ON CONFLICT (upload_id) DO NOTHING
RETURNING upload_id

-- name: find_next_batches
-- The next batches of a file that are not searchable yet.
SELECT t.id
  FROM upload_search s JOIN batch t ON t.upload_id = s.upload_id AND t.id > s.last_batch_id
 WHERE s.upload_id = %(upload_id)s
 ORDER BY t.id
 LIMIT %(batches_max)s

-- name: add_payers
-- Whoever is billed in these batches, once. In one order, so that two that add the same people do not block each other.
INSERT INTO payer (beneficiary_id, fingerprint, tax_id, name, email)
SELECT DISTINCT ON (f.fingerprint) f.beneficiary_id, f.fingerprint, f.tax_id, f.name, f.email
  FROM batch t
 CROSS JOIN LATERAL (
       SELECT b.beneficiary_id, b.tax_id, b.name, b.email,
              payer_fingerprint(b.beneficiary_id, b.tax_id, b.name, b.email) AS fingerprint
         FROM billing b
        WHERE b.id BETWEEN t.first_billing_id AND t.last_billing_id AND b.upload_id = t.upload_id) f
 WHERE t.id = ANY(%(batch_ids)s)
 ORDER BY f.fingerprint
ON CONFLICT (fingerprint) DO NOTHING

-- name: link_payers
-- A statement of its own: it sees who was added meanwhile.
INSERT INTO payer_billing (payer_id, billing_id)
SELECT p.id, f.id
  FROM batch t
 CROSS JOIN LATERAL (
       SELECT b.id, payer_fingerprint(b.beneficiary_id, b.tax_id, b.name, b.email) AS fingerprint
         FROM billing b
        WHERE b.id BETWEEN t.first_billing_id AND t.last_billing_id AND b.upload_id = t.upload_id
       OFFSET 0) f
  JOIN payer p ON p.fingerprint = f.fingerprint
 WHERE t.id = ANY(%(batch_ids)s)
 ORDER BY p.id, f.id
ON CONFLICT (payer_id, billing_id) DO NOTHING

-- name: note_due_dates
-- Which due dates these batches have; they never change.
INSERT INTO batch_due (batch_id, due_dates)
SELECT p.id, ARRAY(SELECT DISTINCT b.due_date FROM billing b
                    WHERE b.id BETWEEN p.first_billing_id AND p.last_billing_id
                    ORDER BY b.due_date)
  FROM batch p
 WHERE p.id = ANY(%(batch_ids)s)
ON CONFLICT (batch_id) DO NOTHING

-- name: note_progress
UPDATE upload_search SET last_batch_id = %(last_batch_id)s WHERE upload_id = %(upload_id)s

-- name: note_done
UPDATE upload_search SET done_at = now() WHERE upload_id = %(upload_id)s

-- name: tidy_names
-- New names lie on a list that every search would have to read.
SELECT gin_clean_pending_list('payer_by_name')

-- name: count_pending
-- Files of a beneficiary that the search does not know yet, or not whole.
SELECT count(*) AS uploads FROM upload u LEFT JOIN upload_search s ON s.upload_id = u.id
 WHERE u.beneficiary_id = %(beneficiary_id)s AND u.accepted > 0 AND u.purged_at IS NULL AND s.done_at IS NULL

-- name: bound_search
-- Nobody waits longer for an answer, and nobody else for who asks.
SELECT set_config('statement_timeout', %(timeout_ms)s, true)

-- name: write_name_query
-- All of the words, the last one by its beginning when it has some letters; NULL for a text without words.
SELECT string_agg(quote_literal(w.word)
                  || CASE WHEN w.place = n.words AND length(w.word) >= %(prefix_min)s THEN ':*' ELSE '' END, ' & '
                  ORDER BY w.place) AS query
  FROM (SELECT name_word_list(%(text)s) AS list) l
 CROSS JOIN LATERAL (SELECT cardinality(l.list) AS words) n
 CROSS JOIN LATERAL unnest(l.list) WITH ORDINALITY AS w (word, place)
 WHERE n.words <= %(words_max)s

-- name: find_by_tax_id
SELECT id, fingerprint, tax_id, name, email FROM payer
 WHERE beneficiary_id = %(beneficiary_id)s AND tax_id = %(tax_id)s
 LIMIT %(rows_max)s

-- name: find_by_email
SELECT id, fingerprint, tax_id, name, email FROM payer
 WHERE beneficiary_id = %(beneficiary_id)s AND lower(email) = lower(%(email)s)
 LIMIT %(rows_max)s

-- name: find_by_name
-- By the words first: of a table that was just filled nobody knows yet that they tell more than the beneficiary does,
-- and to fold every name of its takes seconds.
SELECT p.id, p.fingerprint, p.tax_id, p.name, p.email
  FROM (SELECT id, beneficiary_id, fingerprint, tax_id, name, email FROM payer
         WHERE name_words(name) @@ %(words)s::tsquery
        OFFSET 0) p
 WHERE p.beneficiary_id = %(beneficiary_id)s
 LIMIT %(rows_max)s

-- name: find_payer
SELECT id, fingerprint, tax_id, name, email FROM payer
 WHERE fingerprint = %(fingerprint)s AND beneficiary_id = %(beneficiary_id)s

-- name: count_billings
-- How many billings people have, each up to a bound; one that was readdressed has a link of each address.
SELECT p.tax_id, (SELECT count(*)
                    FROM (SELECT DISTINCT l.billing_id FROM payer_billing l
                           WHERE l.payer_id = ANY(p.payer_ids) LIMIT %(rows_max)s) c) AS billings
  FROM (SELECT tax_id, array_agg(payer_id) AS payer_ids
          FROM unnest(%(payer_ids)s::bigint[], %(tax_ids)s::text[]) AS w (payer_id, tax_id)
         GROUP BY tax_id) p

-- name: list_of_payers
-- The next billings of a person under all names and addresses, newest first.
SELECT DISTINCT l.billing_id AS id FROM payer_billing l
 WHERE l.payer_id = ANY(%(payer_ids)s) AND l.billing_id < %(before)s
 ORDER BY id DESC
 LIMIT %(rows_max)s

-- name: sum_of_payers
-- How many billings of a person there are in each status, and their sum, of so many of the newest. OFFSET 0 has the
-- view planned by itself, for one billing at a time.
SELECT s.status, count(*) AS billings, sum(s.amount_cents)::bigint AS amount_cents
  FROM (SELECT DISTINCT l.billing_id FROM payer_billing l
         WHERE l.payer_id = ANY(%(payer_ids)s)
         ORDER BY l.billing_id DESC
         LIMIT %(rows_max)s) f
 CROSS JOIN LATERAL (
       SELECT status, amount_cents FROM billing_status
        WHERE id = f.billing_id AND beneficiary_id = %(beneficiary_id)s OFFSET 0) s
 GROUP BY s.status

-- name: list_profiles
-- The accounts that a beneficiary's boletos were issued from, the newest first.
SELECT id, content FROM profile
 WHERE beneficiary_id = %(beneficiary_id)s
 ORDER BY id DESC
 LIMIT %(rows_max)s

-- name: find_by_our_number
-- Billings by pairs of a series and a number in it.
SELECT o.billing_id AS id
  FROM unnest(%(series)s::text[], %(our_numbers)s::bigint[]) AS w (series, our_number)
  JOIN our_number_series n ON n.beneficiary_id = %(beneficiary_id)s AND n.series = w.series
  JOIN boleto o ON o.series_id = n.id AND o.our_number = w.our_number
 WHERE %(barcode)s::text IS NULL OR o.barcode = %(barcode)s
 LIMIT %(rows_max)s

-- name: find_by_debt
-- Every issue of a debt, the newest first.
SELECT id FROM billing
 WHERE debt_id = %(debt_id)s AND beneficiary_id = %(beneficiary_id)s
 ORDER BY issue DESC
 LIMIT %(rows_max)s
