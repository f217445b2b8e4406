-- name: begin_mailing
-- The first attempt at a batch's mails gives all of them their Date, so that one that is sent again is the same bytes;
-- `last` = it is so long ago that nothing is put off any more.
UPDATE batch SET first_mailed_at = COALESCE(first_mailed_at, date_trunc('second', now()))
 WHERE id = %(batch_id)s
RETURNING first_mailed_at AS at, first_mailed_at < now() - make_interval(secs => %(retry_s)s) AS last

-- name: settle_in_flight
-- What an earlier, dead attempt had handed over without an answer is in doubt: say so, once. Where it may be sent once
-- more, the first doubt is an attempt and no end; where the provider still knows the key of the first, no doubt is.
WITH dead AS (
    DELETE FROM mail_in_flight
     WHERE batch_id = %(batch_id)s AND fence < %(fence)s
    RETURNING billing_ids, handed_at
), in_doubt AS (
    SELECT billing_id, min(handed_at) AS at, 'The sender died before the mail server answered' AS detail
      FROM dead CROSS JOIN LATERAL unnest(billing_ids) AS billing_id
     GROUP BY billing_id
), again AS (
    INSERT INTO notification_attempt (billing_id, at, attempts, state, detail)
    SELECT d.billing_id, d.at, %(attempts)s, 'UNCERTAIN', d.detail
      FROM in_doubt d
     WHERE %(again)s AND NOT EXISTS (SELECT FROM notification n WHERE n.billing_id = d.billing_id)
    ON CONFLICT DO NOTHING
    RETURNING billing_id
), added AS (
    INSERT INTO notification (billing_id, at, attempts, state, detail)
    SELECT d.billing_id, d.at, %(attempts)s, 'UNCERTAIN', d.detail
      FROM in_doubt d
     WHERE d.billing_id NOT IN (SELECT billing_id FROM again)
       AND NOT EXISTS (SELECT FROM notification_attempt a
                        WHERE a.billing_id = d.billing_id AND a.state = 'UNCERTAIN'
                          AND a.at >= now() - make_interval(secs => %(key_s)s))
    ON CONFLICT (billing_id) DO NOTHING
    RETURNING state
)
SELECT state, count(*) AS mails FROM added GROUP BY state

-- name: find_lapsed_doubts
-- Which of these mails were in doubt so long ago that a provider knows their key no more.
SELECT billing_id FROM notification_attempt
 WHERE billing_id = ANY(%(billing_ids)s) AND state = 'UNCERTAIN' AND at < now() - make_interval(secs => %(key_s)s)

-- name: read_mails
-- Issued billings of the batch that nobody wrote to and nobody removed, with what their mails say.
SELECT b.id, b.debt_id, b.name, b.email, b.amount_cents, b.due_date, o.our_number, o.barcode,
       o.pdf_offset, o.pdf_length, s.at AS suppressed_at
  FROM boleto o
  JOIN billing b ON b.id = o.billing_id
  LEFT JOIN notification n ON n.billing_id = o.billing_id
  LEFT JOIN billing_removal r ON r.billing_id = o.billing_id
  LEFT JOIN suppressed_address s
         ON s.beneficiary_id = b.beneficiary_id AND s.email = lower(b.email) AND %(leaving)s
 WHERE o.billing_id BETWEEN %(first_id)s AND %(last_id)s
   AND n.billing_id IS NULL AND r.billing_id IS NULL
 ORDER BY b.id

-- name: find_unwanted
-- Which of these mails must not leave any more: removed by a person, or (with the instant) to a suppressed address.
SELECT billing_id, NULL::timestamptz AS suppressed_at FROM billing_removal WHERE billing_id = ANY(%(billing_ids)s)
 UNION ALL
SELECT unnest(%(billing_ids)s::bigint[]), NULL FROM upload WHERE id = %(upload_id)s AND removed_at IS NOT NULL
 UNION ALL
SELECT b.id, s.at
  FROM billing b
  JOIN suppressed_address s ON s.beneficiary_id = b.beneficiary_id AND s.email = lower(b.email)
 WHERE %(leaving)s AND b.id = ANY(%(billing_ids)s)

-- name: add_suppressions
-- An address that is there already keeps its first reason.
INSERT INTO suppressed_address (beneficiary_id, email, reason)
SELECT DISTINCT ON (b.beneficiary_id, lower(b.email)) b.beneficiary_id, lower(b.email), f.reason
  FROM unnest(%(billing_ids)s::bigint[], %(reasons)s::text[]) AS f (billing_id, reason)
  JOIN billing b ON b.id = f.billing_id
ON CONFLICT ON CONSTRAINT suppressed_address_is_unique DO NOTHING

-- name: list_suppressions
SELECT id, email, at, reason FROM suppressed_address
 WHERE beneficiary_id = %(beneficiary_id)s
   AND (%(before)s::bigint IS NULL OR id < %(before)s)
   AND (%(email)s::text IS NULL OR email = lower(%(email)s))
 ORDER BY id DESC
 LIMIT %(rows_max)s

-- name: remove_suppression
DELETE FROM suppressed_address WHERE id = %(suppression_id)s AND beneficiary_id = %(beneficiary_id)s RETURNING id

-- name: find_handed_over
-- Billings with these debtIds whose mail a server may have taken; no other mail of ours can come back.
SELECT b.id, b.upload_id, b.debt_id, b.email, p.content->>'email' AS sender
  FROM billing b
  JOIN upload u ON u.id = b.upload_id AND u.mail = 'smtp'
  JOIN profile p ON p.id = u.profile_id
 WHERE b.debt_id = ANY(%(debt_ids)s)
   AND (EXISTS (SELECT FROM notification n WHERE n.billing_id = b.id AND n.state <> 'FAILED')
        OR EXISTS (SELECT FROM notification_attempt a WHERE a.billing_id = b.id AND a.state = 'UNCERTAIN')
        OR EXISTS (SELECT FROM mail_in_flight f WHERE b.id = ANY(f.billing_ids)))
 LIMIT %(rows_max)s

-- name: add_bounce
-- The first bounce of a mail is kept; no row when there was one before.
INSERT INTO bounce (billing_id, upload_id, suppressed, status, detail)
VALUES (%(billing_id)s, %(upload_id)s, %(suppressed)s, %(status)s, %(detail)s)
ON CONFLICT (billing_id) DO NOTHING
RETURNING billing_id

-- name: list_bounces
-- Mails of an upload that came back, by billing id; `suppressed` = their addresses are on the list now.
SELECT o.billing_id, o.at, o.status, o.detail, s.id IS NOT NULL AS suppressed, b.debt_id, b.name, b.email
  FROM upload u
  JOIN bounce o ON o.upload_id = u.id
  JOIN billing b ON b.id = o.billing_id
  LEFT JOIN suppressed_address s ON s.beneficiary_id = u.beneficiary_id AND s.email = lower(b.email)
 WHERE u.beneficiary_id = %(beneficiary_id)s AND u.public_id = %(public_id)s AND o.billing_id > %(after)s
 ORDER BY o.billing_id
 LIMIT %(rows_max)s

-- name: note_in_flight
-- Committed before the handover. The batch's row is locked by the caller, so a stale fence never gets here.
INSERT INTO mail_in_flight (batch_id, fence, chunk, billing_ids)
VALUES (%(batch_id)s, %(fence)s, %(chunk)s, %(billing_ids)s)

-- name: forget_in_flight
DELETE FROM mail_in_flight WHERE batch_id = %(batch_id)s AND fence = %(fence)s AND chunk = %(chunk)s
RETURNING handed_at

-- name: simulate_notifications
-- The facts of mails that are not made: one for each boleto of the batch whose billing nobody removed.
INSERT INTO notification (billing_id, at, attempts, state)
SELECT o.billing_id, now(), %(attempts)s, 'SENT'
  FROM boleto o
 WHERE o.billing_id BETWEEN %(first_id)s AND %(last_id)s
   AND NOT EXISTS (SELECT FROM billing_removal r WHERE r.billing_id = o.billing_id)
 ORDER BY o.billing_id

-- name: add_notifications
-- A mail that was in doubt before may have arrived then: it cannot be said to have failed.
WITH added AS (
    INSERT INTO notification (billing_id, at, attempts, state, reply_code, detail)
    SELECT f.billing_id, %(at)s, %(attempts)s,
           CASE WHEN f.state = 'FAILED' AND EXISTS (
                     SELECT FROM notification_attempt a WHERE a.billing_id = f.billing_id AND a.state = 'UNCERTAIN')
                THEN 'UNCERTAIN' ELSE f.state END,
           f.reply_code, f.detail
      FROM unnest(%(billing_ids)s::bigint[], %(states)s::text[], %(reply_codes)s::smallint[], %(details)s::text[])
           AS f (billing_id, state, reply_code, detail)
    RETURNING state
)
SELECT state, count(*) AS mails FROM added GROUP BY state

-- name: add_attempts
-- A billing's second doubt is refused by the index, and so not returned.
INSERT INTO notification_attempt (billing_id, at, attempts, state, reply_code, detail)
SELECT f.billing_id, %(at)s, %(attempts)s, f.state, f.reply_code, f.detail
  FROM unnest(%(billing_ids)s::bigint[], %(states)s::text[], %(reply_codes)s::smallint[], %(details)s::text[])
       AS f (billing_id, state, reply_code, detail)
ON CONFLICT DO NOTHING
RETURNING billing_id

-- name: note_outbox_object
INSERT INTO outbox_object (batch_id, path) VALUES (%(batch_id)s, %(path)s) ON CONFLICT DO NOTHING

-- name: recount_batch
SELECT count(*) FILTER (WHERE n.state = 'SENT') AS sent,
       count(*) FILTER (WHERE n.state = 'FAILED') AS failed,
       count(*) FILTER (WHERE n.state = 'UNCERTAIN') AS uncertain,
       count(*) FILTER (WHERE n.billing_id IS NULL AND r.billing_id IS NULL) AS waiting
  FROM boleto o
  LEFT JOIN notification n ON n.billing_id = o.billing_id
  LEFT JOIN billing_removal r ON r.billing_id = o.billing_id
 WHERE o.billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: note_notified
UPDATE batch
   SET sent = %(sent)s, failed = %(failed)s, uncertain = %(uncertain)s, updated_at = now()
 WHERE id = %(batch_id)s
RETURNING extract(epoch FROM now() - COALESCE(first_mailed_at, now()))::float AS tried_s

-- name: list_mails
-- Mails of an upload that have been sent, by billing id.
SELECT s.*
  FROM (SELECT first_billing_id, last_billing_id, issued_on
          FROM batch
         WHERE upload_id = %(upload_id)s AND last_billing_id > %(after)s AND sent > 0
         ORDER BY first_billing_id) p
 CROSS JOIN LATERAL (
       SELECT b.id, b.debt_id, b.name, b.email, b.amount_cents, b.due_date, n.at, o.our_number, o.barcode,
              p.issued_on
         FROM notification n
         JOIN billing b ON b.id = n.billing_id
         JOIN boleto o ON o.billing_id = n.billing_id
        WHERE n.billing_id BETWEEN GREATEST(p.first_billing_id, %(after)s + 1) AND p.last_billing_id
          AND n.state = 'SENT'
          AND (%(search)s::text IS NULL OR b.tax_id = upper(%(search)s) OR lower(b.email) = lower(%(search)s)
               OR b.debt_id::text = lower(%(search)s))
        ORDER BY n.billing_id
        LIMIT %(rows_max)s) s
 ORDER BY s.id
 LIMIT %(rows_max)s

-- name: find_upload
-- The beneficiary's upload asked for, or its newest whose mails went to the outbox.
SELECT u.id, p.content AS profile
  FROM upload u JOIN profile p ON p.id = u.profile_id
 WHERE u.beneficiary_id = %(beneficiary_id)s
   AND CASE WHEN %(public_id)s::uuid IS NULL THEN u.mail = 'outbox' AND u.accepted > 0
            ELSE u.public_id = %(public_id)s END
 ORDER BY u.id DESC
 LIMIT 1

-- name: find_mail
-- Which objects of the outbox may hold a billing's mail, and where its PDF lies.
SELECT t.object_path, o.pdf_offset, o.pdf_length,
       ARRAY(SELECT path FROM outbox_object x WHERE x.batch_id = t.id ORDER BY path) AS outbox_paths
  FROM billing b
  JOIN notification n ON n.billing_id = b.id AND n.state = 'SENT'
  JOIN boleto o ON o.billing_id = b.id
 CROSS JOIN LATERAL (
       SELECT id, object_path FROM batch
        WHERE first_billing_id <= b.id ORDER BY first_billing_id DESC LIMIT 1) t
 WHERE b.debt_id = %(debt_id)s AND b.beneficiary_id = %(beneficiary_id)s
   AND t.object_path IS NOT NULL AND o.pdf_offset IS NOT NULL
