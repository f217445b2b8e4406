-- name: sum_files
-- What the files of some days come to, by day in São Paulo: by their own rows and the counters of their batches. What
-- was taken out is told apart: its mails had left all the same. A file that has ended, but for stopped work, leaves
-- nothing under way: what is missing then was cancelled before its mail.
SELECT f.day, (count(*) FILTER (WHERE NOT f.removed))::int AS files,
       COALESCE(sum(f.accepted) FILTER (WHERE NOT f.removed), 0)::bigint AS billings,
       COALESCE(sum(f.amount_cents) FILTER (WHERE NOT f.removed), 0)::bigint AS amount_cents,
       COALESCE(sum(b.issued) FILTER (WHERE NOT f.removed), 0)::bigint AS issued,
       COALESCE(sum(b.delivered) FILTER (WHERE NOT f.removed), 0)::bigint AS delivered,
       COALESCE(sum(b.failed) FILTER (WHERE NOT f.removed), 0)::bigint AS not_delivered,
       COALESCE(sum(b.uncertain) FILTER (WHERE NOT f.removed), 0)::bigint AS uncertain,
       COALESCE(sum(GREATEST(f.accepted - b.delivered - b.failed - b.uncertain, 0))
                FILTER (WHERE NOT f.removed AND f.moving), 0)::bigint AS under_way,
       COALESCE(sum(b.delivered) FILTER (WHERE f.removed), 0)::bigint AS delivered_of_removed,
       (count(*) FILTER (WHERE f.open_rejects > 0))::int AS files_to_mend,
       COALESCE(sum(f.open_rejects), 0)::bigint AS open_rejects
  FROM (SELECT u.id, (u.received_at AT TIME ZONE 'America/Sao_Paulo')::date AS day, u.accepted, u.amount_cents,
               u.removed_at IS NOT NULL AS removed,
               u.finished_at IS NULL OR EXISTS (SELECT FROM work x WHERE x.group_id = u.work_group_id AND x.state = 'STOPPED')
                   AS moving,
               CASE WHEN u.removed_at IS NULL AND u.corrects IS NULL THEN u.rejected - u.rejects_mended ELSE 0 END
                   AS open_rejects
          FROM upload u
         WHERE u.beneficiary_id = %(beneficiary_id)s
           AND u.received_at >= %(received_from)s AND u.received_at < %(received_before)s) f
 CROSS JOIN LATERAL (
       SELECT COALESCE(sum(issued), 0) AS issued, COALESCE(sum(sent + sent_before), 0) AS delivered,
              COALESCE(sum(failed), 0) AS failed, COALESCE(sum(uncertain), 0) AS uncertain
         FROM batch WHERE upload_id = f.id) b
 GROUP BY f.day
 ORDER BY f.day

-- name: sum_open_rejects
-- The money of the rejects of some days that nobody has mended, and how many of them have an amount that can be read.
-- No more than rows_max records are read; with `more` the sum is of a part.
SELECT count(*) > %(rows_max)s AS more,
       COALESCE(sum(r.amount_cents) FILTER (WHERE NOT r.duplicate AND r.mended_by IS NULL), 0)::bigint AS amount_cents
  FROM (SELECT r.duplicate, r.mended_by, r.amount_cents
          FROM upload u
         CROSS JOIN LATERAL (SELECT duplicate, mended_by, amount_cents FROM reject WHERE upload_id = u.id OFFSET 0) r
         WHERE u.beneficiary_id = %(beneficiary_id)s
           AND u.received_at >= %(received_from)s AND u.received_at < %(received_before)s
           AND u.removed_at IS NULL AND u.corrects IS NULL AND u.rejected > u.rejects_mended
         LIMIT %(rows_max)s + 1) r

-- name: count_waiting
-- What waits for a person at the bank and with mails that came back, each up to rows_max and one more. What the last
-- order held back is what it wrote down; what nobody can mend is no part of it.
SELECT 'returned' AS kind, count(*)::bigint AS count, COALESCE(sum(amount_cents), 0)::bigint AS amount_cents
  FROM (SELECT b.amount_cents
          FROM bounce x
          JOIN upload u ON u.id = x.upload_id AND u.beneficiary_id = %(beneficiary_id)s AND u.removed_at IS NULL
          JOIN billing b ON b.id = x.billing_id AND b.beneficiary_id = %(beneficiary_id)s
         WHERE NOT EXISTS (SELECT FROM billing_removal v WHERE v.billing_id = x.billing_id)
           AND NOT EXISTS (SELECT FROM settlement p WHERE p.billing_id = x.billing_id AND p.state > 1)
         LIMIT %(rows_max)s + 1) f
 UNION ALL
SELECT 'refused', count(*), COALESCE(sum(amount_cents), 0)
  FROM (SELECT b.amount_cents
          FROM (SELECT DISTINCT billing_id FROM registration WHERE state = 'REJECTED' AND billing_id > 0) c
          JOIN billing b ON b.id = c.billing_id AND b.beneficiary_id = %(beneficiary_id)s
          JOIN upload u ON u.id = b.upload_id AND u.removed_at IS NULL
         CROSS JOIN LATERAL (
               SELECT state FROM registration WHERE billing_id = b.id ORDER BY at DESC, state LIMIT 1) g
         WHERE g.state = 'REJECTED'
           AND NOT EXISTS (SELECT FROM billing_removal v WHERE v.billing_id = b.id)
           AND NOT EXISTS (SELECT FROM settlement p WHERE p.billing_id = b.id AND p.state > 0)
           -- Somebody has dealt with it: the next remittance enters it again.
           AND NOT EXISTS (SELECT FROM title_resend s
                            WHERE s.billing_id = b.id
                              AND NOT EXISTS (SELECT FROM remittance_title t
                                               WHERE t.billing_id = b.id AND t.movement = s.movement))
         LIMIT %(rows_max)s + 1) f
 UNION ALL
SELECT 'held_back', COALESCE(sum((h->>'titles')::bigint), 0), COALESCE(sum((h->>'amount_cents')::bigint), 0)
  FROM (SELECT held_back FROM remittance_order
         WHERE beneficiary_id = %(beneficiary_id)s AND upload_id IS NULL AND held_back IS NOT NULL
         ORDER BY id DESC LIMIT 1) o
 CROSS JOIN LATERAL jsonb_array_elements(o.held_back) h
 WHERE h->>'code' NOT IN ('CANCELLED', 'NOT_ISSUED')
 UNION ALL
SELECT 'suspense', count(*), COALESCE(sum(paid_cents), 0)
  FROM (SELECT s.paid_cents FROM suspense s
         WHERE s.beneficiary_id = %(beneficiary_id)s
           AND NOT EXISTS (SELECT FROM suspense_end e WHERE e.suspense_id = s.id)
         LIMIT %(rows_max)s + 1) f

-- name: list_waiting_files
-- Which files somebody has to look at, by kind and the newest first, each kind up to rows_max: those whose work has given
-- up, those with rejects in the open, those with a mail that was not delivered or that nobody confirmed, of a billing
-- that stands. That is looked up file by file: a join would read all that was ever cancelled or failed.
SELECT w.kind, w.id
  FROM ((SELECT 'stopped' AS kind, f.id
           FROM (SELECT DISTINCT group_id FROM work WHERE state = 'STOPPED' AND kind IN ('issue', 'notify')) x
           JOIN work_group g ON g.id = x.group_id AND NOT g.open
           JOIN upload f ON f.work_group_id = g.id
          WHERE f.beneficiary_id = %(beneficiary_id)s AND f.removed_at IS NULL
          ORDER BY f.id DESC LIMIT %(rows_max)s)
        UNION ALL
        (SELECT 'rejects', f.id FROM upload f
          WHERE f.beneficiary_id = %(beneficiary_id)s AND f.removed_at IS NULL AND f.corrects IS NULL
            AND f.rejected > f.rejects_mended
          ORDER BY f.id DESC LIMIT %(rows_max)s)
        UNION ALL
        (SELECT 'not_delivered', f.id
           FROM (SELECT DISTINCT upload_id FROM batch WHERE failed > 0) b
           JOIN upload f ON f.id = b.upload_id
          WHERE f.beneficiary_id = %(beneficiary_id)s AND f.removed_at IS NULL
            AND (SELECT true
                   FROM batch p
                  CROSS JOIN LATERAL (
                        SELECT FROM notification o
                         WHERE o.state = 'FAILED' AND o.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
                           AND (SELECT v.billing_id FROM billing_removal v WHERE v.billing_id = o.billing_id) IS NULL
                         LIMIT 1) o
                  WHERE p.upload_id = f.id AND p.failed > 0
                  LIMIT 1)
          ORDER BY f.id DESC LIMIT %(rows_max)s)
        UNION ALL
        (SELECT 'uncertain', f.id
           FROM (SELECT DISTINCT upload_id FROM batch WHERE uncertain > 0) b
           JOIN upload f ON f.id = b.upload_id
          WHERE f.beneficiary_id = %(beneficiary_id)s AND f.removed_at IS NULL
            AND (SELECT true
                   FROM batch p
                  CROSS JOIN LATERAL (
                        SELECT FROM notification o
                         WHERE o.state = 'UNCERTAIN' AND o.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
                           AND (SELECT v.billing_id FROM billing_removal v WHERE v.billing_id = o.billing_id) IS NULL
                         LIMIT 1) o
                  WHERE p.upload_id = f.id AND p.uncertain > 0
                  LIMIT 1)
          ORDER BY f.id DESC LIMIT %(rows_max)s)) w
 ORDER BY w.id DESC

-- name: price_files
-- Some files with how much of each kind waits in them, the newest first, and what is at stake: rejects in the open, mails
-- that were not delivered, those that nobody confirmed. For a sum no more than rows_max rows are read; with more there is
-- none.
SELECT u.id, u.public_id AS upload_id, u.name,
       CASE WHEN u.corrects IS NULL THEN u.rejected - u.rejects_mended ELSE 0 END AS rejects,
       s.failed::int AS not_delivered, s.uncertain::int AS uncertain,
       (SELECT CASE WHEN count(*) <= %(rows_max)s
                    THEN COALESCE(sum(r.amount_cents) FILTER (WHERE NOT r.duplicate AND r.mended_by IS NULL), 0)::bigint END
          FROM (SELECT duplicate, mended_by, amount_cents FROM reject WHERE upload_id = u.id LIMIT %(rows_max)s + 1) r)
           AS rejects_cents,
       m.not_delivered_cents, m.uncertain_cents
  FROM upload u
  JOIN upload_report s ON s.id = u.id
 CROSS JOIN LATERAL (
       SELECT CASE WHEN count(*) <= %(rows_max)s
                   THEN COALESCE(sum(n.amount_cents) FILTER (WHERE n.state = 'FAILED'), 0)::bigint END AS not_delivered_cents,
              CASE WHEN count(*) <= %(rows_max)s
                   THEN COALESCE(sum(n.amount_cents) FILTER (WHERE n.state = 'UNCERTAIN'), 0)::bigint END AS uncertain_cents
         FROM (SELECT o.state, b.amount_cents
                 FROM batch p
                 JOIN notification o ON o.state IN ('FAILED', 'UNCERTAIN')
                      AND o.billing_id BETWEEN p.first_billing_id AND p.last_billing_id
                 JOIN billing b ON b.id = o.billing_id
                WHERE p.upload_id = u.id AND (p.failed > 0 OR p.uncertain > 0)
                  AND (SELECT v.billing_id FROM billing_removal v WHERE v.billing_id = o.billing_id) IS NULL
                LIMIT %(rows_max)s + 1) n) m
 WHERE u.beneficiary_id = %(beneficiary_id)s AND u.id = ANY(%(upload_ids)s)
 ORDER BY u.id DESC
