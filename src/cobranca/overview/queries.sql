-- name: measure_backlog
-- Batches that have not ended, and stopped ones that somebody still has to look at, by state. Reads partial indexes.
SELECT w.state, count(*) AS batches, sum(w.total) AS billings,
       COALESCE(extract(epoch FROM now() - min(w.received_at) FILTER (WHERE w.state <> 'PAUSED')), 0)::float AS oldest_s
  FROM (SELECT CASE WHEN u.paused_at IS NULL THEN b.state ELSE 'PAUSED' END AS state, b.total, u.received_at
          FROM batch b JOIN upload u ON u.id = b.upload_id
         WHERE b.state NOT IN ('NOTIFIED', 'STOPPED')) w
 GROUP BY w.state
 UNION ALL
SELECT b.state, count(*), sum(b.total), 0
  FROM batch b JOIN upload u ON u.id = b.upload_id
 WHERE b.state = 'STOPPED' AND u.removed_at IS NULL
 GROUP BY b.state
