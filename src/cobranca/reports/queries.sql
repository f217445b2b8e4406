-- name: list_uploads
-- Files, newest first.
SELECT r.*, u.paused_at
  FROM upload_report r JOIN upload u ON u.id = r.id
 WHERE %(before)s::int IS NULL OR r.id < %(before)s
 ORDER BY r.id DESC
 LIMIT %(rows_max)s

-- name: get_upload
SELECT r.*, u.paused_at
  FROM upload_report r JOIN upload u ON u.id = r.id
 WHERE r.public_id = %(public_id)s

-- name: measure_backlog
-- Batches that have not ended, and stopped ones that somebody still has to look at, by state. Reads partial indexes.
SELECT b.state, count(*) AS batches, sum(b.total) AS billings,
       extract(epoch FROM now() - min(u.received_at))::float AS oldest_s
  FROM batch b JOIN upload u ON u.id = b.upload_id
 WHERE b.state NOT IN ('NOTIFIED', 'STOPPED')
 GROUP BY b.state
 UNION ALL
SELECT b.state, count(*), sum(b.total), 0
  FROM batch b JOIN upload u ON u.id = b.upload_id
 WHERE b.state = 'STOPPED' AND u.removed_at IS NULL
 GROUP BY b.state
