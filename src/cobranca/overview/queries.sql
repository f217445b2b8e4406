-- name: measure_backlog
-- Batches whose work has not ended, and stopped ones that somebody still has to look at, by state. Starts from the
-- work that is unfinished or stopped, by partial indexes.
SELECT w.state, count(*) AS batches, sum(w.total)::int AS billings,
       COALESCE(extract(epoch FROM now() - min(w.received_at) FILTER (WHERE w.state NOT IN ('PAUSED', 'STOPPED'))), 0)::float
           AS oldest_s
  FROM (SELECT CASE WHEN g.paused_at IS NULL OR s.state = 'STOPPED' THEN s.state ELSE 'PAUSED' END AS state, s.total,
               u.received_at
          FROM (SELECT DISTINCT subject_id, group_id FROM work
                 WHERE state IN ('READY', 'WORKING') AND kind IN ('issue', 'notify')
                 UNION
                SELECT subject_id, group_id FROM work WHERE state = 'STOPPED' AND kind IN ('issue', 'notify')) o
          JOIN work_group g ON g.id = o.group_id
          JOIN batch_state s ON s.id = o.subject_id
          JOIN upload u ON u.id = s.upload_id
         WHERE s.state <> 'STOPPED' OR u.removed_at IS NULL) w
 GROUP BY w.state

-- name: sum_due
-- What a beneficiary's billings of a period come to by due date: those that stand, and those that were cancelled one by
-- one. All of the period is summed in the order of its key; what was taken out, file by file or one by one, is little
-- beside it and subtracted. Files of which anything was cancelled are hopped to by the index, one a step.
WITH RECURSIVE cut (upload_id) AS (
    SELECT 0
     UNION ALL
    SELECT (SELECT r.upload_id FROM billing_removal r WHERE r.upload_id > c.upload_id ORDER BY r.upload_id LIMIT 1)
      FROM cut c WHERE c.upload_id IS NOT NULL
), removed AS (
    SELECT b.due_date, count(*) AS billings, sum(b.amount_cents) AS amount_cents
      FROM (SELECT u.id
              FROM cut c JOIN upload u ON u.id = c.upload_id
             WHERE u.beneficiary_id = %(beneficiary_id)s AND u.removed_at IS NULL
               AND EXISTS (SELECT FROM upload_due d
                            WHERE d.upload_id = u.id AND d.due_date BETWEEN %(first)s AND %(last)s)
            OFFSET 0) u
     CROSS JOIN LATERAL (
           SELECT d.due_date, d.amount_cents
             FROM billing_removal r JOIN billing d ON d.id = r.billing_id
            WHERE r.upload_id = u.id AND d.due_date BETWEEN %(first)s AND %(last)s
           OFFSET 0) b
     GROUP BY b.due_date
), gone AS (
    SELECT d.due_date, sum(d.billings) AS billings, sum(d.amount_cents) AS amount_cents
      FROM upload u JOIN upload_due d ON d.upload_id = u.id
     WHERE u.beneficiary_id = %(beneficiary_id)s AND u.removed_at IS NOT NULL
       AND d.due_date BETWEEN %(first)s AND %(last)s
     GROUP BY d.due_date
), file AS (
    SELECT due_date, sum(billings) AS billings, sum(amount_cents) AS amount_cents
      FROM upload_due
     WHERE beneficiary_id = %(beneficiary_id)s AND due_date BETWEEN %(first)s AND %(last)s
     GROUP BY due_date
)
SELECT f.due_date, (f.billings - COALESCE(g.billings, 0) - COALESCE(r.billings, 0))::bigint AS billings,
       (f.amount_cents - COALESCE(g.amount_cents, 0) - COALESCE(r.amount_cents, 0))::bigint AS amount_cents,
       COALESCE(r.billings, 0)::bigint AS removed, COALESCE(r.amount_cents, 0)::bigint AS removed_cents
  FROM file f LEFT JOIN gone g USING (due_date) LEFT JOIN removed r USING (due_date)
 ORDER BY f.due_date

-- name: has_unsummed
-- Whether a file of the version before is yet to be summed by a sweep.
SELECT EXISTS (SELECT FROM upload
                WHERE beneficiary_id = %(beneficiary_id)s AND amount_cents IS NULL AND purged_at IS NULL) AS unsummed
