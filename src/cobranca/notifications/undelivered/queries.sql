-- name: list_unsent
-- The next mails of a beneficiary, over all files, that were given up or are uncertain, by billing; reads the partial
-- index of what was not SENT. Not of what was taken out.
SELECT n.billing_id, n.at, n.reply_code, NULL AS status, COALESCE(n.detail, '') AS detail, b.debt_id,
       COALESCE(d.code, b.debt_id::text) AS code, b.name, COALESCE(m.email, b.email) AS email, b.amount_cents,
       b.due_date, u.public_id AS upload_id, s.id IS NOT NULL AS suppressed
  FROM notification n
  JOIN billing b ON b.id = n.billing_id AND b.beneficiary_id = %(beneficiary_id)s
  JOIN upload u ON u.id = b.upload_id AND u.removed_at IS NULL
  LEFT JOIN billing_mail m ON m.billing_id = b.id
  LEFT JOIN billing_detail d ON d.billing_id = b.id
  LEFT JOIN suppressed_address s
         ON s.beneficiary_id = b.beneficiary_id AND s.email = lower(COALESCE(m.email, b.email))
 WHERE n.state <> 'SENT' AND n.state = %(state)s AND n.billing_id > %(after)s
   AND (%(since)s::date IS NULL OR n.at >= %(since)s::date::timestamp AT TIME ZONE 'America/Sao_Paulo')
   AND (%(to)s::date IS NULL OR n.at < (%(to)s::date + 1)::timestamp AT TIME ZONE 'America/Sao_Paulo')
   AND (%(until)s::timestamptz IS NULL OR n.at <= %(until)s)
   AND NOT EXISTS (SELECT FROM billing_removal r WHERE r.billing_id = n.billing_id)
 ORDER BY n.billing_id
 LIMIT %(rows_max)s

-- name: list_returned
-- The same, of mails that came back after a server had taken them.
SELECT o.billing_id, o.at, NULL::smallint AS reply_code, o.status, o.detail, b.debt_id,
       COALESCE(d.code, b.debt_id::text) AS code, b.name, COALESCE(m.email, b.email) AS email, b.amount_cents,
       b.due_date, u.public_id AS upload_id, s.id IS NOT NULL AS suppressed
  FROM bounce o
  JOIN notification n ON n.billing_id = o.billing_id
  JOIN billing b ON b.id = o.billing_id AND b.beneficiary_id = %(beneficiary_id)s
  JOIN upload u ON u.id = b.upload_id AND u.removed_at IS NULL
  LEFT JOIN billing_mail m ON m.billing_id = b.id
  LEFT JOIN billing_detail d ON d.billing_id = b.id
  LEFT JOIN suppressed_address s
         ON s.beneficiary_id = b.beneficiary_id AND s.email = lower(COALESCE(m.email, b.email))
 WHERE o.billing_id > %(after)s
   AND (%(since)s::date IS NULL OR o.at >= %(since)s::date::timestamp AT TIME ZONE 'America/Sao_Paulo')
   AND (%(to)s::date IS NULL OR o.at < (%(to)s::date + 1)::timestamp AT TIME ZONE 'America/Sao_Paulo')
   AND (%(until)s::timestamptz IS NULL OR n.at <= %(until)s)
   AND NOT EXISTS (SELECT FROM billing_removal r WHERE r.billing_id = o.billing_id)
 ORDER BY o.billing_id
 LIMIT %(rows_max)s
