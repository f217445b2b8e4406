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
