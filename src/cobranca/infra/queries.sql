-- name: reserve_mail
-- Reserve the next slot for a mail, `spacing_s` seconds before the one after it, and say how long to wait for it.
-- The clock is read after the row's lock was had. The answer need not be durable: a server that crashes is down for
-- longer than its last reservations reach.
UPDATE mail_rate
   SET next_at = GREATEST(next_at, clock_timestamp()) + make_interval(secs => %(spacing_s)s)
  FROM (SELECT set_config('synchronous_commit', 'off', true) AS durable) AS quick
 WHERE transport = %(transport)s AND quick.durable = 'off'
RETURNING extract(epoch FROM next_at - make_interval(secs => %(spacing_s)s) - clock_timestamp())::float AS wait_s
