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
-- one. Files that were taken out are not counted.
WITH file AS (
    SELECT d.due_date, d.upload_id, d.billings, d.amount_cents
      FROM upload_due d JOIN upload u ON u.id = d.upload_id
     WHERE d.beneficiary_id = %(beneficiary_id)s AND d.due_date BETWEEN %(first)s AND %(last)s
       AND u.removed_at IS NULL
), removed AS (
    SELECT b.due_date, count(*) AS billings, sum(b.amount_cents) AS amount_cents
      FROM billing_removal r JOIN billing b ON b.id = r.billing_id
     WHERE r.upload_id IN (SELECT upload_id FROM file)
       AND b.beneficiary_id = %(beneficiary_id)s AND b.due_date BETWEEN %(first)s AND %(last)s
     GROUP BY b.due_date
)
SELECT f.due_date, (f.billings - COALESCE(r.billings, 0))::bigint AS billings,
       (f.amount_cents - COALESCE(r.amount_cents, 0))::bigint AS amount_cents,
       COALESCE(r.billings, 0)::bigint AS removed, COALESCE(r.amount_cents, 0)::bigint AS removed_cents
  FROM (SELECT due_date, sum(billings) AS billings, sum(amount_cents) AS amount_cents FROM file GROUP BY due_date) f
  LEFT JOIN removed r ON r.due_date = f.due_date
 ORDER BY f.due_date

-- name: has_unsummed
-- Whether a file of the version before is yet to be summed by a sweep.
SELECT EXISTS (SELECT FROM upload
                WHERE beneficiary_id = %(beneficiary_id)s AND amount_cents IS NULL AND purged_at IS NULL) AS unsummed
