-- A billing's status tells what was paid, and what its bank says of the title.
-- Safe while old code runs: it reads the same columns; a status that it does not know comes with the first payment, which
-- only new code takes.
CREATE OR REPLACE VIEW billing_status AS
SELECT b.id, b.debt_id, b.amount_cents, b.upload_id, b.line_number, b.due_date, b.beneficiary_id, b.warnings, b.name,
       b.tax_id, b.email,
       u.public_id AS upload_public_id,
       u.received_at AS created_at,
       LEAST(r.removed_at, u.removed_at) AS removed_at,
       o.our_number, o.series_id, o.barcode, o.pdf_offset, o.pdf_length,
       n.at AS notified_at, n.state AS notification_state, n.detail AS notification_detail,
       CASE WHEN r.billing_id IS NOT NULL OR u.removed_at IS NOT NULL THEN
                 CASE WHEN s.overpaid_cents > 0 OR s.paid_cents > 0 AND s.known_at > LEAST(r.removed_at, u.removed_at)
                      THEN 'PAID_AFTER_CANCEL' ELSE 'REMOVED' END
            WHEN s.state > 0 THEN CASE s.state WHEN 1 THEN 'PARTIALLY_PAID' WHEN 2 THEN 'PAID' ELSE 'OVERPAID' END
            WHEN g.state = 'REJECTED' THEN 'REGISTRATION_REJECTED'
            WHEN e.protested THEN 'PROTESTED'
            WHEN e.written_off THEN 'WRITTEN_OFF'
            WHEN g.state = 'REGISTERED' THEN 'REGISTERED'
            WHEN n.billing_id IS NOT NULL THEN n.state
            WHEN o.billing_id IS NOT NULL THEN 'ISSUED'
            ELSE 'ACKNOWLEDGED' END AS status
  FROM billing b
  JOIN upload u ON u.id = b.upload_id
  LEFT JOIN billing_removal r ON r.billing_id = b.id
  LEFT JOIN boleto o ON o.billing_id = b.id
  LEFT JOIN notification n ON n.billing_id = b.id
  LEFT JOIN settlement s ON s.billing_id = b.id
  LEFT JOIN LATERAL (
       -- A title that was refused and confirmed on one day was mended.
       SELECT state FROM registration WHERE billing_id = b.id ORDER BY at DESC, state LIMIT 1) g ON true
  LEFT JOIN LATERAL (
       SELECT max(occurred_on) FILTER (WHERE kind = 'PROTESTED')
                  >= COALESCE(max(occurred_on) FILTER (WHERE kind = 'PROTEST_WITHDRAWN'), '-infinity') AS protested,
              bool_or(kind = 'WRITTEN_OFF') AS written_off
         FROM title_event WHERE billing_id = b.id) e ON true;
