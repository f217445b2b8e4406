-- name: begin_mailing
-- The first attempt at a batch's mails gives all of them their Date, so that one that is sent again is the same bytes;
-- `last` = they have been tried for so long that nothing is put off any more. While our account is held, nothing counts.
UPDATE batch SET first_mailed_at = COALESCE(first_mailed_at, date_trunc('second', now())),
                 retry_from = COALESCE(retry_from, now())
 WHERE id = %(batch_id)s
RETURNING first_mailed_at AS at, retry_from < now() - make_interval(secs => %(retry_s)s) AS last

-- name: settle_in_flight
-- What an earlier, dead attempt had handed over without an answer is uncertain: say so, once. Where it may be sent once
-- more, the first time is an attempt and no end; where the provider still knows the key of the first, no time is.
WITH dead AS (
    DELETE FROM mail_in_flight
     WHERE batch_id = %(batch_id)s AND fence < %(fence)s
    RETURNING billing_ids, handed_at
), uncertain AS (
    SELECT billing_id, min(handed_at) AS at, 'The sender died before the mail server answered' AS detail
      FROM dead CROSS JOIN LATERAL unnest(billing_ids) AS billing_id
     GROUP BY billing_id
), again AS (
    INSERT INTO notification_attempt (billing_id, at, attempts, state, detail)
    SELECT d.billing_id, d.at, %(attempts)s, 'UNCERTAIN', d.detail
      FROM uncertain d
     WHERE %(resend)s AND NOT EXISTS (SELECT FROM notification n WHERE n.billing_id = d.billing_id)
    ON CONFLICT DO NOTHING
    RETURNING billing_id
), added AS (
    INSERT INTO notification (billing_id, at, attempts, state, detail)
    SELECT d.billing_id, d.at, %(attempts)s, 'UNCERTAIN', d.detail
      FROM uncertain d
     WHERE d.billing_id NOT IN (SELECT billing_id FROM again)
       AND NOT EXISTS (SELECT FROM notification_attempt a
                        WHERE a.billing_id = d.billing_id AND a.state = 'UNCERTAIN'
                          AND a.at >= now() - make_interval(secs => %(window_s)s))
    ON CONFLICT (billing_id) DO NOTHING
    RETURNING state
)
SELECT state, count(*) AS mails FROM added GROUP BY state

-- name: find_expired_uncertain
-- Which of these mails were uncertain so long ago that a provider knows their key no more; with `unless_asked`, not
-- those that somebody has since wanted sent once more.
SELECT a.billing_id FROM notification_attempt a
 WHERE a.billing_id = ANY(%(billing_ids)s) AND a.state = 'UNCERTAIN'
   AND a.at < now() - make_interval(secs => %(window_s)s)
   AND NOT (%(unless_asked)s AND EXISTS (SELECT FROM mail_resend r WHERE r.billing_id = a.billing_id AND r.at >= a.at))

-- name: read_mails
-- Issued billings of the batch that nobody wrote to and nobody removed, with what their mails say.
SELECT b.id, b.debt_id, b.issue, b.name, b.email, b.amount_cents, b.due_date, o.our_number, o.barcode,
       o.pdf_offset, o.pdf_length, s.at AS suppressed_at
  FROM boleto o
  JOIN billing b ON b.id = o.billing_id
  LEFT JOIN notification n ON n.billing_id = o.billing_id
  LEFT JOIN billing_removal r ON r.billing_id = o.billing_id
  LEFT JOIN suppressed_address s
         ON s.beneficiary_id = b.beneficiary_id AND s.email = lower(b.email) AND %(reaches_people)s
 WHERE o.billing_id BETWEEN %(first_id)s AND %(last_id)s
   AND n.billing_id IS NULL AND r.billing_id IS NULL
 ORDER BY b.id

-- name: read_registered_mails
-- The same, of those only whose title the bank has entered: its latest word counts.
SELECT b.id, b.debt_id, b.issue, b.name, b.email, b.amount_cents, b.due_date, o.our_number, o.barcode,
       o.pdf_offset, o.pdf_length, s.at AS suppressed_at
  FROM boleto o
  JOIN billing b ON b.id = o.billing_id
 CROSS JOIN LATERAL (
       SELECT state FROM registration WHERE billing_id = o.billing_id
        ORDER BY at DESC, state DESC LIMIT 1) j
  LEFT JOIN notification n ON n.billing_id = o.billing_id
  LEFT JOIN billing_removal r ON r.billing_id = o.billing_id
  LEFT JOIN suppressed_address s
         ON s.beneficiary_id = b.beneficiary_id AND s.email = lower(b.email) AND %(reaches_people)s
 WHERE o.billing_id BETWEEN %(first_id)s AND %(last_id)s
   AND n.billing_id IS NULL AND r.billing_id IS NULL AND j.state = 'REGISTERED'
 ORDER BY b.id

-- name: count_unregistered
-- Of the billings that wait for a mail: how many the bank has refused, and of how many it has said nothing yet.
SELECT count(*) FILTER (WHERE j.state = 'REJECTED') AS refused, count(*) FILTER (WHERE j.state IS NULL) AS undecided
  FROM boleto o
  LEFT JOIN notification n ON n.billing_id = o.billing_id
  LEFT JOIN billing_removal r ON r.billing_id = o.billing_id
  LEFT JOIN LATERAL (
       SELECT state FROM registration WHERE billing_id = o.billing_id
        ORDER BY at DESC, state DESC LIMIT 1) j ON true
 WHERE o.billing_id BETWEEN %(first_id)s AND %(last_id)s AND n.billing_id IS NULL AND r.billing_id IS NULL

-- name: note_awaiting
-- Keep a batch's counts. What the bank confirms later gets a Date, and a time for tries, of its own.
UPDATE batch
   SET sent = %(sent)s, failed = %(failed)s, uncertain = %(uncertain)s, updated_at = now(), mail_held = false,
       retry_from = NULL, first_mailed_at = NULL,
       sent_before = (SELECT count(DISTINCT m.billing_id) FROM mail_resend m
                       WHERE m.billing_id BETWEEN batch.first_billing_id AND batch.last_billing_id
                         AND m.former_state = 'SENT'
                         AND NOT EXISTS (SELECT FROM notification a
                                          WHERE a.billing_id = m.billing_id AND a.state = 'SENT'))
 WHERE id = %(batch_id)s

-- name: read_anew
-- Which mails of a batch are not the first ones any more: to which address they go, as which message, with which Date,
-- and which second copy they carry.
SELECT m.billing_id, m.message, m.at, m.second_copy_at, COALESCE(m.email, b.email) AS email, s.at AS suppressed_at
  FROM billing_mail m
  JOIN billing b ON b.id = m.billing_id
  LEFT JOIN suppressed_address s
         ON s.beneficiary_id = b.beneficiary_id AND s.email = lower(COALESCE(m.email, b.email)) AND %(reaches_people)s
 WHERE m.billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: find_unwanted
-- Which of these mails must not leave any more: removed by a person, or (with the instant) to a suppressed address.
SELECT billing_id, NULL::timestamptz AS suppressed_at FROM billing_removal WHERE billing_id = ANY(%(billing_ids)s)
 UNION ALL
SELECT unnest(%(billing_ids)s::bigint[]), NULL FROM upload WHERE id = %(upload_id)s AND removed_at IS NOT NULL
 UNION ALL
SELECT f.billing_id, s.at
  FROM unnest(%(billing_ids)s::bigint[], %(addresses)s::text[]) AS f (billing_id, address)
  JOIN suppressed_address s ON s.beneficiary_id = %(beneficiary_id)s AND s.email = f.address
 WHERE %(reaches_people)s

-- name: find_suppressed
SELECT email FROM suppressed_address WHERE beneficiary_id = %(beneficiary_id)s AND email = ANY(%(addresses)s)

-- name: add_suppressions
-- An address that is there already keeps its first reason.
INSERT INTO suppressed_address (beneficiary_id, email, reason)
SELECT DISTINCT ON (b.beneficiary_id, a.email) b.beneficiary_id, a.email, f.reason
  FROM unnest(%(billing_ids)s::bigint[], %(reasons)s::text[]) AS f (billing_id, reason)
  JOIN billing b ON b.id = f.billing_id AND b.email <> ''
  LEFT JOIN billing_mail m ON m.billing_id = b.id
 CROSS JOIN LATERAL (SELECT lower(COALESCE(m.email, b.email)) AS email) a
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
SELECT b.id, b.upload_id, b.debt_id, COALESCE(l.email, b.email) AS email, COALESCE(l.message, 0) AS message,
       p.content->>'email' AS sender
  FROM billing b
  LEFT JOIN billing_mail l ON l.billing_id = b.id
  JOIN upload u ON u.id = b.upload_id AND u.mail = 'smtp'
  JOIN profile p ON p.id = u.profile_id
 WHERE b.debt_id = ANY(%(debt_ids)s)
   AND (EXISTS (SELECT FROM notification n WHERE n.billing_id = b.id AND n.state <> 'FAILED')
        OR EXISTS (SELECT FROM notification_attempt a WHERE a.billing_id = b.id AND a.state = 'UNCERTAIN')
        OR EXISTS (SELECT FROM mail_resend m WHERE m.billing_id = b.id AND m.former_state <> 'FAILED')
        OR EXISTS (SELECT FROM mail_in_flight f WHERE b.id = ANY(f.billing_ids)))
 ORDER BY b.issue DESC
 LIMIT %(rows_max)s

-- name: add_bounce
-- The first bounce of a mail is kept; no row when there was one before. Of an erased person its words are not.
INSERT INTO bounce (billing_id, upload_id, suppressed, status, detail)
SELECT id, %(upload_id)s, %(suppressed)s, %(status)s, CASE WHEN email = '' THEN '' ELSE %(detail)s END
  FROM billing WHERE id = %(billing_id)s
ON CONFLICT (billing_id) DO NOTHING
RETURNING billing_id

-- name: list_bounces
-- Mails of an upload that came back, by billing id; `suppressed` = their addresses are on the list now. Of what was taken
-- out, none is shown.
SELECT o.billing_id, o.at, o.status, o.detail, s.id IS NOT NULL AS suppressed, b.debt_id,
       COALESCE(d.code, b.debt_id::text) AS code, b.name, COALESCE(m.email, b.email) AS email
  FROM upload u
  JOIN bounce o ON o.upload_id = u.id
  JOIN billing b ON b.id = o.billing_id
  LEFT JOIN billing_mail m ON m.billing_id = b.id
  LEFT JOIN billing_detail d ON d.billing_id = b.id
  LEFT JOIN suppressed_address s
         ON s.beneficiary_id = u.beneficiary_id AND s.email = lower(COALESCE(m.email, b.email))
 WHERE u.beneficiary_id = %(beneficiary_id)s AND u.public_id = %(public_id)s AND o.billing_id > %(after)s
   AND u.removed_at IS NULL AND NOT EXISTS (SELECT FROM billing_removal r WHERE r.billing_id = o.billing_id)
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
-- A mail that was uncertain before may have arrived then: it cannot be said to have failed.
WITH added AS (
    INSERT INTO notification (billing_id, at, attempts, state, reply_code, detail)
    SELECT f.billing_id, %(at)s, %(attempts)s,
           CASE WHEN f.state = 'FAILED' AND (EXISTS (
                     SELECT FROM notification_attempt a WHERE a.billing_id = f.billing_id AND a.state = 'UNCERTAIN')
                     OR EXISTS (
                     SELECT FROM mail_resend m WHERE m.billing_id = f.billing_id AND m.former_state = 'UNCERTAIN'))
                THEN 'UNCERTAIN' ELSE f.state END,
           f.reply_code, f.detail
      FROM unnest(%(billing_ids)s::bigint[], %(states)s::text[], %(reply_codes)s::smallint[], %(details)s::text[])
           AS f (billing_id, state, reply_code, detail)
    RETURNING state
)
SELECT state, count(*) AS mails FROM added GROUP BY state

-- name: add_attempts
-- A billing that is uncertain for the second time is refused by the index, and so not returned.
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
-- Keep a batch's counts, and whether its mails wait for our account: that time does not count as trying.
UPDATE batch
   SET sent = %(sent)s, failed = %(failed)s, uncertain = %(uncertain)s, updated_at = now(), mail_held = %(held)s,
       sent_before = (SELECT count(DISTINCT m.billing_id) FROM mail_resend m
                       WHERE m.billing_id BETWEEN batch.first_billing_id AND batch.last_billing_id
                         AND m.former_state = 'SENT'
                         AND NOT EXISTS (SELECT FROM notification a
                                          WHERE a.billing_id = m.billing_id AND a.state = 'SENT')),
       retry_from = CASE WHEN %(held)s THEN NULL ELSE retry_from END
 WHERE id = %(batch_id)s
RETURNING extract(epoch FROM now() - COALESCE(retry_from, now()))::float AS tried_s

-- name: lock_account
-- An account with what it is used with, its last answers, and the cause for which it is held now, if it is.
SELECT settings, recent, refused_ids,
       CASE WHEN held_until IS NULL OR held_until > now() THEN cause END AS cause
  FROM mail_account WHERE account = %(account)s
   FOR UPDATE

-- name: register_account
-- With other settings than before, an account is held no more, and what it was answered is forgotten.
INSERT INTO mail_account (account, settings) VALUES (%(account)s, %(settings)s)
ON CONFLICT (account) DO UPDATE
   SET settings = EXCLUDED.settings, recent = '', refused_ids = '{}', held_at = NULL, held_until = NULL, cause = NULL,
       reason = NULL
 WHERE mail_account.settings <> EXCLUDED.settings

-- name: find_hold
SELECT cause, reason, held_at, held_until, extract(epoch FROM held_until - now())::float AS waits_s FROM mail_account
 WHERE account = %(account)s AND held_at IS NOT NULL AND (held_until IS NULL OR held_until > now())

-- name: list_holds
SELECT cause, reason, held_at, held_until, extract(epoch FROM held_until - now())::float AS waits_s FROM mail_account
 WHERE held_at IS NOT NULL AND (held_until IS NULL OR held_until > now())
 ORDER BY held_at
 LIMIT 10

-- name: note_answers
UPDATE mail_account SET recent = %(recent)s, refused_ids = %(refused_ids)s WHERE account = %(account)s

-- name: hold_account
-- What waits for a person goes on waiting for one.
UPDATE mail_account
   SET held_at = now(), held_until = now() + make_interval(secs => %(hold_s)s), cause = %(cause)s, reason = %(reason)s
 WHERE account = %(account)s AND (held_at IS NULL OR held_until IS NOT NULL)
RETURNING account

-- name: release_accounts
-- A person says: go on. What was remembered of refusals is forgotten.
UPDATE mail_account
   SET recent = '', refused_ids = '{}', held_at = NULL, held_until = NULL, cause = NULL, reason = NULL
 WHERE held_at IS NOT NULL

-- name: take_held_batches
-- Batches that wait for our account; the limit keeps the call short.
UPDATE batch SET mail_held = false, updated_at = now()
 WHERE id IN (SELECT id FROM batch WHERE mail_held ORDER BY id LIMIT %(rows_max)s FOR UPDATE)
RETURNING id, upload_id

-- name: reopen_uploads
UPDATE upload SET finished_at = NULL WHERE id = ANY(%(upload_ids)s) AND finished_at IS NOT NULL AND removed_at IS NULL

-- name: find_unsent
-- The next batch of an upload with mails that may be set going again. Locks its work: nobody ends it meanwhile.
SELECT b.id, b.first_billing_id, b.last_billing_id, b.upload_id
  FROM batch b JOIN work w ON w.kind = 'notify' AND w.subject_id = b.id
 WHERE b.upload_id = %(upload_id)s AND b.id > %(after)s
   AND (('FAILED' = ANY(%(states)s) AND b.failed > 0) OR ('UNCERTAIN' = ANY(%(states)s) AND b.uncertain > 0)
        OR ('BOUNCED' = ANY(%(states)s) AND EXISTS (
             SELECT FROM bounce o WHERE o.billing_id BETWEEN b.first_billing_id AND b.last_billing_id)))
 ORDER BY b.id
 LIMIT 1
   FOR UPDATE OF w

-- name: find_batches_of
-- The batches of some billings, by id; the work of all of them is locked.
SELECT b.id, b.first_billing_id, b.last_billing_id, b.upload_id
  FROM batch b JOIN work w ON w.kind = 'notify' AND w.subject_id = b.id
 WHERE b.id IN (SELECT t.id
                  FROM unnest(%(billing_ids)s::bigint[]) AS f (billing_id)
                 CROSS JOIN LATERAL (
                       SELECT id FROM batch
                        WHERE first_billing_id <= f.billing_id ORDER BY first_billing_id DESC LIMIT 1) t)
 ORDER BY b.id
   FOR UPDATE OF w

-- name: find_billing_of_debt
-- The newest billing of a debt of this beneficiary, with what may keep its mail from being sent once more, to the address
-- that it has or to another one.
SELECT b.id, b.upload_id, b.tax_id, b.name, a.now AS email, n.state, n.at, u.mail, s.id IS NOT NULL AS suppressed,
       r.billing_id IS NOT NULL OR u.removed_at IS NOT NULL AS removed, b.email = '' AS erased,
       o.billing_id IS NOT NULL AS bounced, c.pays_on
  FROM billing b
  JOIN upload u ON u.id = b.upload_id
  LEFT JOIN billing_mail m ON m.billing_id = b.id
  LEFT JOIN mail_second_copy c ON c.billing_id = m.billing_id AND c.at = m.second_copy_at
 CROSS JOIN LATERAL (SELECT COALESCE(m.email, b.email) AS now) a
  LEFT JOIN notification n ON n.billing_id = b.id
  LEFT JOIN bounce o ON o.billing_id = b.id
  LEFT JOIN billing_removal r ON r.billing_id = b.id
  LEFT JOIN suppressed_address s
         ON s.beneficiary_id = b.beneficiary_id AND s.email = lower(COALESCE(%(email)s::text, a.now))
 WHERE b.beneficiary_id = %(beneficiary_id)s AND b.debt_id = %(debt_id)s
 ORDER BY b.issue DESC
 LIMIT 1

-- name: readdress
-- From now on a billing's mail goes to another address.
INSERT INTO billing_mail (billing_id, message, at, email) VALUES (%(billing_id)s, 0, now(), %(email)s)
ON CONFLICT (billing_id) DO UPDATE SET email = EXCLUDED.email

-- name: count_suppressed
-- How many of a batch's unsent mails go to addresses that are suppressed.
SELECT count(*) AS mails
  FROM notification n
  JOIN billing b ON b.id = n.billing_id
  LEFT JOIN billing_mail m ON m.billing_id = n.billing_id
  JOIN suppressed_address s
    ON s.beneficiary_id = b.beneficiary_id AND s.email = lower(COALESCE(m.email, b.email))
 WHERE n.billing_id BETWEEN %(first_id)s AND %(last_id)s
   AND (%(billing_ids)s::bigint[] IS NULL OR n.billing_id = ANY(%(billing_ids)s))
   AND (n.state = ANY(%(states)s) OR ('BOUNCED' = ANY(%(states)s)
        AND EXISTS (SELECT FROM bounce o WHERE o.billing_id = n.billing_id)))
   AND (%(until)s::timestamptz IS NULL OR n.at <= %(until)s)
   AND NOT EXISTS (SELECT FROM billing_removal r WHERE r.billing_id = n.billing_id)

-- name: allow_addresses
-- Take the addresses of a batch's unsent mails off the list of those that are not written to.
DELETE FROM suppressed_address s
 USING notification n
  JOIN billing b ON b.id = n.billing_id
  LEFT JOIN billing_mail m ON m.billing_id = n.billing_id
 WHERE n.billing_id BETWEEN %(first_id)s AND %(last_id)s
   AND (n.state = ANY(%(states)s) OR ('BOUNCED' = ANY(%(states)s)
        AND EXISTS (SELECT FROM bounce o WHERE o.billing_id = n.billing_id)))
   AND (%(until)s::timestamptz IS NULL OR n.at <= %(until)s)
   AND (%(billing_ids)s::bigint[] IS NULL OR n.billing_id = ANY(%(billing_ids)s))
   AND NOT EXISTS (SELECT FROM billing_removal r WHERE r.billing_id = n.billing_id)
   AND s.beneficiary_id = b.beneficiary_id AND s.email = lower(COALESCE(m.email, b.email))

-- name: set_mails_again
-- Mails wait again; what was known of them stays, in the fact that says who wanted it. What was delivered, came back or
-- goes to another address is another message: its number is one more, as is one that is to carry a second copy. What
-- carried one carries it again. Those of removed billings, of erased people and to
-- suppressed addresses stay as they are.
WITH wanted AS (
    SELECT n.billing_id, COALESCE(m.message, 0) AS message
      FROM notification n
      JOIN billing b ON b.id = n.billing_id AND b.email <> ''
      LEFT JOIN billing_mail m ON m.billing_id = n.billing_id
     WHERE n.billing_id BETWEEN %(first_id)s AND %(last_id)s
       AND (n.state = ANY(%(states)s) OR ('BOUNCED' = ANY(%(states)s)
            AND EXISTS (SELECT FROM bounce o WHERE o.billing_id = n.billing_id)))
       AND (%(until)s::timestamptz IS NULL OR n.at <= %(until)s)
       AND (%(billing_ids)s::bigint[] IS NULL OR n.billing_id = ANY(%(billing_ids)s))
       AND NOT EXISTS (SELECT FROM billing_removal r WHERE r.billing_id = n.billing_id)
       AND NOT EXISTS (SELECT FROM suppressed_address s
                        WHERE s.beneficiary_id = b.beneficiary_id AND s.email = lower(COALESCE(m.email, b.email)))
), moved AS (
    DELETE FROM notification n USING wanted w WHERE n.billing_id = w.billing_id RETURNING n.*, w.message
), back AS (
    DELETE FROM bounce o USING moved v WHERE o.billing_id = v.billing_id RETURNING o.billing_id, o.at, o.status, o.detail
), again AS (
    INSERT INTO mail_resend (billing_id, asked_by, reason, former_at, former_attempts, former_reply_code, former_state,
                             former_detail, email, message, bounced_at, bounce_status, bounce_detail)
    SELECT v.billing_id, %(asked_by)s, %(reason)s, v.at, v.attempts, v.reply_code, v.state, v.detail, %(email)s::text,
           v.message + (v.state = 'SENT' OR o.billing_id IS NOT NULL OR %(email)s::text IS NOT NULL
                        OR %(second_copy)s::bool)::int,
           o.at, o.status, o.detail
      FROM moved v LEFT JOIN back o ON o.billing_id = v.billing_id
    RETURNING billing_id, at, message, former_state
), anew AS (
    INSERT INTO billing_mail (billing_id, message, at, second_copy_at)
    SELECT a.billing_id, a.message, date_trunc('second', a.at), CASE WHEN %(second_copy)s::bool THEN a.at END
      FROM again a JOIN moved v ON v.billing_id = a.billing_id AND v.message < a.message
    ON CONFLICT (billing_id) DO UPDATE SET message = EXCLUDED.message, at = EXCLUDED.at,
            second_copy_at = COALESCE(EXCLUDED.second_copy_at, billing_mail.second_copy_at)
)
SELECT billing_id FROM again

-- name: recount_reopened
-- Count a batch's outcomes anew after some became open again.
UPDATE batch
   SET sent = c.sent, failed = c.failed, uncertain = c.uncertain, updated_at = now(), retry_from = NULL,
       mail_held = false,
       sent_before = (SELECT count(DISTINCT m.billing_id) FROM mail_resend m
                       WHERE m.billing_id BETWEEN batch.first_billing_id AND batch.last_billing_id
                         AND m.former_state = 'SENT'
                         AND NOT EXISTS (SELECT FROM notification a
                                          WHERE a.billing_id = m.billing_id AND a.state = 'SENT'))
  FROM (SELECT count(*) FILTER (WHERE state = 'SENT') AS sent,
               count(*) FILTER (WHERE state = 'FAILED') AS failed,
               count(*) FILTER (WHERE state = 'UNCERTAIN') AS uncertain
          FROM notification
         WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s) AS c
 WHERE id = %(batch_id)s

-- name: list_mails
-- Mails of an upload that have been sent, by billing id; not those of what was taken out.
SELECT s.*
  FROM (SELECT first_billing_id, last_billing_id, issued_on
          FROM batch
         WHERE upload_id = %(upload_id)s AND last_billing_id > %(after)s AND sent > 0
         ORDER BY first_billing_id) p
 CROSS JOIN LATERAL (
       SELECT b.id, b.debt_id, COALESCE(d.code, b.debt_id::text) AS code, b.name, COALESCE(m.email, b.email) AS email,
              b.amount_cents, b.due_date, n.at, o.our_number, o.barcode, p.issued_on, m.second_copy_at
         FROM notification n
         JOIN billing b ON b.id = n.billing_id
         JOIN boleto o ON o.billing_id = n.billing_id
         LEFT JOIN billing_detail d ON d.billing_id = n.billing_id
         LEFT JOIN billing_mail m ON m.billing_id = n.billing_id
        WHERE n.billing_id BETWEEN p.first_billing_id AND p.last_billing_id AND n.billing_id > %(after)s
          AND n.state = 'SENT'
          AND NOT EXISTS (SELECT FROM billing_removal r WHERE r.billing_id = n.billing_id)
          AND (%(search)s::text IS NULL OR b.tax_id = upper(%(search)s) OR lower(b.email) = lower(%(search)s)
               OR lower(m.email) = lower(%(search)s)
               OR (b.debt_id = %(debt_id)s AND b.beneficiary_id = %(beneficiary_id)s))
        ORDER BY n.billing_id
        LIMIT %(rows_max)s) s
 ORDER BY s.id
 LIMIT %(rows_max)s

-- name: find_upload
-- The beneficiary's upload asked for, or its newest whose mails went to the outbox.
SELECT u.id, u.removed_at, p.content AS profile
  FROM upload u JOIN profile p ON p.id = u.profile_id
 WHERE u.beneficiary_id = %(beneficiary_id)s
   AND CASE WHEN %(public_id)s::uuid IS NULL THEN u.mail = 'outbox' AND u.accepted > 0
            ELSE u.public_id = %(public_id)s END
 ORDER BY u.id DESC
 LIMIT 1

-- name: find_mail
-- Which objects of the outbox may hold the mail of a debt's newest billing that was sent, and where its PDF lies; of what
-- was taken out, none.
SELECT b.id, u.profile_id, m.second_copy_at, t.object_path, o.pdf_offset, o.pdf_length, b.issue,
       COALESCE(m.message, 0) AS message,
       ARRAY(SELECT path FROM outbox_object x WHERE x.batch_id = t.id ORDER BY path) AS outbox_paths
  FROM billing b
  JOIN upload u ON u.id = b.upload_id AND u.removed_at IS NULL
  JOIN notification n ON n.billing_id = b.id AND n.state = 'SENT'
  JOIN boleto o ON o.billing_id = b.id
  LEFT JOIN billing_mail m ON m.billing_id = b.id
 CROSS JOIN LATERAL (
       SELECT id, object_path FROM batch
        WHERE first_billing_id <= b.id ORDER BY first_billing_id DESC LIMIT 1) t
 WHERE b.debt_id = %(debt_id)s AND b.beneficiary_id = %(beneficiary_id)s
   AND t.object_path IS NOT NULL AND o.pdf_offset IS NOT NULL
   AND NOT EXISTS (SELECT FROM billing_removal r WHERE r.billing_id = b.id)
 ORDER BY b.issue DESC
 LIMIT 1
