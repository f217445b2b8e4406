-- name: add_endpoint
-- Told from this moment on.
INSERT INTO webhook_endpoint (beneficiary_id, url, events, group_id)
VALUES (%(beneficiary_id)s, %(url)s, %(events)s, %(group_id)s)
RETURNING *

-- name: lock_endpoints
-- One at a time adds an endpoint to a beneficiary, so that there are never too many.
SELECT pg_advisory_xact_lock(7232, %(beneficiary_id)s)

-- name: list_endpoints
-- A beneficiary's endpoints; they are few.
SELECT e.*, (SELECT count(*) FROM (SELECT FROM webhook_delivery d
                                    WHERE d.endpoint_id = e.id AND d.state = 'PENDING' LIMIT %(counted_max)s) p) AS pending
  FROM webhook_endpoint e
 WHERE e.beneficiary_id = %(beneficiary_id)s AND e.deleted_at IS NULL
 ORDER BY e.id
 LIMIT 100

-- name: find_endpoint
-- Locks the row until the transaction ends, so that a change and the end of its work see each other.
SELECT * FROM webhook_endpoint
 WHERE beneficiary_id = %(beneficiary_id)s AND public_id = %(public_id)s AND deleted_at IS NULL
   FOR UPDATE

-- name: get_endpoint
-- Locks the row, as above. No row when it was deleted for good.
SELECT * FROM webhook_endpoint WHERE id = %(endpoint_id)s FOR UPDATE

-- name: change_endpoint
-- What is switched on again goes on from where it stood.
UPDATE webhook_endpoint
   SET url = %(url)s, events = %(events)s,
       switched_off_at = CASE WHEN %(active)s THEN NULL ELSE COALESCE(switched_off_at, now()) END,
       switched_off_why = CASE WHEN %(active)s THEN NULL ELSE COALESCE(switched_off_why, 'a person') END,
       failing_since = CASE WHEN %(active)s AND switched_off_at IS NOT NULL THEN NULL ELSE failing_since END
 WHERE id = %(endpoint_id)s

-- name: mark_deleted
UPDATE webhook_endpoint SET deleted_at = now() WHERE id = %(endpoint_id)s

-- name: switch_off
UPDATE webhook_endpoint SET switched_off_at = now(), switched_off_why = %(why)s
 WHERE id = %(endpoint_id)s AND switched_off_at IS NULL

-- name: note_success
-- Somebody took a call.
UPDATE webhook_endpoint SET failing_since = NULL WHERE id = %(endpoint_id)s AND failing_since IS NOT NULL

-- name: note_failure
-- Returns since when, in seconds.
UPDATE webhook_endpoint SET failing_since = COALESCE(failing_since, now())
 WHERE id = %(endpoint_id)s
RETURNING extract(epoch FROM now() - failing_since)::float AS seconds

-- name: add_secret
INSERT INTO webhook_secret (endpoint_id, key) VALUES (%(endpoint_id)s, %(key)s)

-- name: end_secrets
-- Those that were there go on signing for a while; those whose end has come go.
WITH gone AS (DELETE FROM webhook_secret WHERE endpoint_id = %(endpoint_id)s AND ends_at <= now())
UPDATE webhook_secret
   SET ends_at = LEAST(ends_at, now() + make_interval(secs => %(overlap_s)s))
 WHERE endpoint_id = %(endpoint_id)s

-- name: list_secrets
-- Newest first.
SELECT key FROM webhook_secret
 WHERE endpoint_id = %(endpoint_id)s AND (ends_at IS NULL OR ends_at > now())
 ORDER BY id DESC
 LIMIT %(rows_max)s

-- name: delete_secrets
DELETE FROM webhook_secret WHERE endpoint_id = %(endpoint_id)s

-- name: count_pending
SELECT count(*) AS pending FROM (SELECT FROM webhook_delivery
                                  WHERE endpoint_id = %(endpoint_id)s AND state = 'PENDING' LIMIT %(rows_max)s) p

-- name: read_horizon
-- Until when all facts can be seen: what a transaction writes carries no earlier time than its beginning, so those that
-- are open bound it. One that has written nothing for ten minutes is somebody's who reads: ours are cut off long before.
SELECT LEAST(now(), (SELECT min(xact_start) FROM pg_stat_activity
                      WHERE datname = current_database() AND pid <> pg_backend_pid()
                        AND (backend_xid IS NOT NULL OR xact_start > now() - interval '10 minutes')))
       - make_interval(secs => %(settle_s)s) - interval '1 millisecond' AS until

-- name: gather
-- The next facts of a beneficiary in the order of their times: all of an instant and billing together. A statement of
-- its own after `read_horizon`, so that it sees all that was committed until then. Each source is read by its BRIN index.
WITH told AS (
(SELECT n.at, n.billing_id, 'billing.sent' AS type, 'sent/' || n.billing_id || '/' || extract(epoch FROM n.at) AS fact, '{}'::jsonb AS said
   FROM notification n
  WHERE n.at >= %(after)s AND n.at <= %(until)s AND (n.at, n.billing_id) > (%(after)s, %(after_id)s) AND n.state = 'SENT'
  ORDER BY n.at, n.billing_id FETCH FIRST %(rows_max)s ROWS WITH TIES)
 UNION ALL
(SELECT o.at, o.billing_id, 'billing.bounced', 'bounced/' || o.billing_id || '/' || extract(epoch FROM o.at),
        jsonb_build_object('bounce_status', o.status)
   FROM bounce o
  WHERE o.at >= %(after)s AND o.at <= %(until)s AND (o.at, o.billing_id) > (%(after)s, %(after_id)s)
  ORDER BY o.at, o.billing_id FETCH FIRST %(rows_max)s ROWS WITH TIES)
 UNION ALL
(SELECT g.recorded_at, g.billing_id,
        CASE g.state WHEN 'REGISTERED' THEN 'billing.registered' ELSE 'billing.refused' END,
        'registration/' || g.billing_id || '/' || extract(epoch FROM g.at) || '/' || g.state,
        jsonb_build_object('reasons', to_jsonb(g.reasons), 'at_bank', g.at)
   FROM registration g
  WHERE g.recorded_at >= %(after)s AND g.recorded_at <= %(until)s
    AND (g.recorded_at, g.billing_id) > (%(after)s, %(after_id)s)
  ORDER BY g.recorded_at, g.billing_id FETCH FIRST %(rows_max)s ROWS WITH TIES)
 UNION ALL
(SELECT p.told_at, p.billing_id, 'billing.paid', concat_ws('/', 'paid', p.billing_id, p.teller, p.told_by, p.line),
        jsonb_build_object('paid_cents', p.paid_cents, 'paid_on', p.paid_on, 'credited_on', p.credited_on,
                           'teller', (ARRAY['bank', 'person', 'webhook'])[p.teller])
   FROM payment p
  WHERE p.told_at >= %(after)s AND p.told_at <= %(until)s AND (p.told_at, p.billing_id) > (%(after)s, %(after_id)s)
  ORDER BY p.told_at, p.billing_id FETCH FIRST %(rows_max)s ROWS WITH TIES)
 UNION ALL
(SELECT r.told_at, r.billing_id, 'billing.reversed',
        concat_ws('/', 'reversed', r.billing_id, r.teller, r.told_by, r.line),
        jsonb_build_object('reversed_cents', r.amount_cents, 'reversed_on', r.reversed_on,
                           'teller', (ARRAY['bank', 'person', 'webhook'])[r.teller])
   FROM payment_reversal r
  WHERE r.told_at >= %(after)s AND r.told_at <= %(until)s AND (r.told_at, r.billing_id) > (%(after)s, %(after_id)s)
  ORDER BY r.told_at, r.billing_id FETCH FIRST %(rows_max)s ROWS WITH TIES)
)
SELECT t.at, t.billing_id, t.type, t.fact, t.said, s.debt_id, s.amount_cents, s.due_date, s.status, s.upload_public_id,
       COALESCE(m.paid_cents, 0) AS paid_in_all_cents
  FROM (SELECT * FROM told ORDER BY at, billing_id FETCH FIRST %(rows_max)s ROWS WITH TIES) t
  LEFT JOIN billing_status s ON s.id = t.billing_id AND s.beneficiary_id = %(beneficiary_id)s
  LEFT JOIN settlement m ON m.billing_id = t.billing_id
 ORDER BY t.at, t.billing_id, t.type, t.fact

-- name: note_gathered
UPDATE webhook_endpoint SET gathered_at = %(at)s, gathered_id = %(billing_id)s WHERE id = %(endpoint_id)s

-- name: read_tellings
-- What was told of payments of these billings.
SELECT billing_id, teller, told_by, line, paid_cents, paid_on, told_at
  FROM payment WHERE billing_id = ANY(%(billing_ids)s)

-- name: add_deliveries
-- What is there already stays as it is.
INSERT INTO webhook_delivery (endpoint_id, event_id, type, billing_id, debt_id, happened_at, data)
SELECT %(endpoint_id)s, f.event_id, f.type, f.billing_id, f.debt_id, f.happened_at, f.data::jsonb
  FROM unnest(%(event_ids)s::text[], %(types)s::text[], %(billing_ids)s::bigint[], %(debt_ids)s::uuid[],
              %(happened_ats)s::timestamptz[], %(datas)s::text[])
       WITH ORDINALITY AS f (event_id, type, billing_id, debt_id, happened_at, data, place)
 ORDER BY f.place
ON CONFLICT ON CONSTRAINT webhook_delivery_is_once_an_event DO NOTHING

-- name: add_trial
INSERT INTO webhook_delivery (endpoint_id, event_id, type, happened_at, data)
VALUES (%(endpoint_id)s, %(event_id)s, %(type)s, now(), '{}')
RETURNING *

-- name: find_due
-- Of each billing the first that waits, when its time has come; trials are nobody's billing's. What waits is bounded.
SELECT d.id, d.event_id, d.type, d.billing_id, d.debt_id, d.happened_at, d.data, d.attempts, c.code,
       COALESCE(extract(epoch FROM now() - d.first_tried_at), 0)::float AS tried_s
  FROM (SELECT DISTINCT ON (COALESCE(w.billing_id, -w.id)) w.*
          FROM (SELECT * FROM webhook_delivery
                 WHERE endpoint_id = %(endpoint_id)s AND state = 'PENDING' ORDER BY id LIMIT %(pending_max)s) w
         ORDER BY COALESCE(w.billing_id, -w.id), w.id) d
  LEFT JOIN billing_detail c ON c.billing_id = d.billing_id
 WHERE d.not_before <= now()
 ORDER BY d.id
 LIMIT %(rows_max)s

-- name: seconds_to_next
-- How long until one that waits may be tried again; NULL when none waits.
SELECT extract(epoch FROM min(not_before) - now())::float AS seconds
  FROM webhook_delivery WHERE endpoint_id = %(endpoint_id)s AND state = 'PENDING'

-- name: settle_deliveries
-- Each attempt is noted too; of many the last ones are kept.
WITH settled AS (
UPDATE webhook_delivery d
   SET state = f.state, attempts = LEAST(d.attempts + 1, 32000), last_status = f.status, last_error = f.error,
       last_answer = f.answer, last_ms = f.ms, last_tried_at = now(), first_tried_at = COALESCE(d.first_tried_at, now()),
       not_before = now() + make_interval(secs => f.retry_s), ended_at = CASE WHEN f.state = 'PENDING' THEN NULL ELSE now() END
  FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(statuses)s::smallint[], %(errors)s::text[], %(answers)s::text[],
              %(milliseconds)s::integer[], %(retries_s)s::float[]) AS f (id, state, status, error, answer, ms, retry_s)
 WHERE d.id = f.id
RETURNING d.id, d.attempts, d.last_tried_at, d.last_status, d.last_error, d.last_answer, d.last_ms
), noted AS (
INSERT INTO webhook_attempt (delivery_id, number, tried_at, status, error, answer, ms)
SELECT id, attempts, last_tried_at, last_status, last_error, last_answer, last_ms FROM settled
ON CONFLICT ON CONSTRAINT webhook_attempt_is_once DO NOTHING
)
DELETE FROM webhook_attempt a USING settled s
 WHERE a.delivery_id = s.id AND a.number <= s.attempts - %(attempts_max)s

-- name: list_attempts
-- The attempts at a delivery, newest first.
SELECT number, tried_at, status, error, answer, ms FROM webhook_attempt
 WHERE delivery_id = %(delivery_id)s
 ORDER BY number DESC
 LIMIT %(rows_max)s

-- name: list_deliveries
-- The log of an endpoint, newest first.
SELECT * FROM webhook_delivery
 WHERE endpoint_id = %(endpoint_id)s AND id < %(before)s AND (%(state)s::text IS NULL OR state = %(state)s)
 ORDER BY id DESC
 LIMIT %(rows_max)s

-- name: find_delivery
SELECT d.* FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id
 WHERE d.public_id = %(public_id)s AND e.beneficiary_id = %(beneficiary_id)s AND e.deleted_at IS NULL

-- name: retry_delivery
-- It gets its time anew.
UPDATE webhook_delivery
   SET state = 'PENDING', not_before = now(), ended_at = NULL, first_tried_at = NULL
 WHERE id = %(delivery_id)s
RETURNING *

-- name: delete_ended
-- The next of the log that have ended long ago, with their attempts.
WITH gone AS (
    DELETE FROM webhook_delivery
     WHERE id IN (SELECT id FROM webhook_delivery
                   WHERE endpoint_id = %(endpoint_id)s AND ended_at < now() - make_interval(days => %(days)s)
                   ORDER BY ended_at LIMIT %(rows_max)s)
    RETURNING id
)
DELETE FROM webhook_attempt WHERE delivery_id IN (SELECT id FROM gone)

-- name: delete_some
-- The next of all that an endpoint had.
WITH gone AS (
    DELETE FROM webhook_delivery
     WHERE id IN (SELECT id FROM webhook_delivery WHERE endpoint_id = %(endpoint_id)s ORDER BY id LIMIT %(rows_max)s)
    RETURNING id
), tried AS (
    DELETE FROM webhook_attempt WHERE delivery_id IN (SELECT id FROM gone)
)
SELECT count(*) AS deleted FROM gone

-- name: delete_endpoint
DELETE FROM webhook_endpoint WHERE id = %(endpoint_id)s
