-- name: take_turns
-- One claim at a time in the whole installation: claims are short and few, and none overlooks free work.
SELECT pg_advisory_xact_lock(4026531842)

-- name: find_fairest_work
-- The first free work of a kind in the open group that has had the fewest turns, so that a large group does not keep
-- a small one waiting, and the turns of the group that is next in line; groups that a person has paused are passed
-- over. Locks the rows for the rest of the transaction and passes over rows that others have locked. Costs one look-up
-- in an index for each group that it looks at, however much work waits: the COALESCE is `work_free_from`'s.
WITH line AS MATERIALIZED (
     SELECT w.id, g.id AS group_id, g.turns
       FROM (SELECT id, turns FROM work_group
              WHERE open AND paused_at IS NULL
              ORDER BY turns, id) g
      CROSS JOIN LATERAL (
            SELECT f.id FROM work f
             WHERE f.group_id = g.id AND f.kind = %(kind)s AND f.state IN ('READY', 'WORKING')
               AND COALESCE(f.lease_until, f.not_before, '-infinity') < now()
             ORDER BY COALESCE(f.lease_until, f.not_before, '-infinity'), f.id
             LIMIT 1
               FOR UPDATE SKIP LOCKED) w
      ORDER BY g.turns, g.id
      LIMIT 2)
SELECT id, (SELECT max(turns) FROM line) AS turns_of_next FROM line ORDER BY turns, group_id LIMIT 1

-- name: claim_work
-- Take work that is free, or whose lease ran out, and raise its fence. Locks the one row.
UPDATE work w
   SET state = 'WORKING', fence = fence + 1, attempts = attempts + 1, updated_at = now(), not_before = NULL,
       lease_until = now() + make_interval(secs => %(lease_s)s)
  FROM work_group g
 WHERE w.id = %(work_id)s AND g.id = w.group_id AND g.paused_at IS NULL
RETURNING w.id, w.kind, w.subject_id, w.group_id, w.fence, w.attempts, g.traceparent

-- name: count_turn
-- A group that comes late, or back after a pause, is level with the others from its first turn on: it does not make
-- up for the turns that they had without it. Waits for nobody: a turn that is not counted does no harm.
UPDATE work_group SET turns = GREATEST(turns + 1, %(turns_of_next)s)
 WHERE id = (SELECT id FROM work_group WHERE id = %(group_id)s FOR NO KEY UPDATE SKIP LOCKED)

-- name: renew_lease
-- Hold on to work for another lease; no row when the fence is stale.
UPDATE work SET lease_until = now() + make_interval(secs => %(lease_s)s)
 WHERE id = %(work_id)s AND fence = %(fence)s AND state = 'WORKING'
RETURNING id

-- name: lock_work
-- Lock the row for the rest of the transaction if it is still ours; no row when the fence is stale.
SELECT id FROM work
 WHERE id = %(work_id)s AND fence = %(fence)s AND state = 'WORKING'
   FOR UPDATE

-- name: finish_work
-- The caller has locked the row, and so holds the fence.
UPDATE work
   SET state = 'DONE', lease_until = NULL, attempts = 0, last_error = NULL, updated_at = now()
 WHERE id = %(work_id)s

-- name: add_following_work
-- What kinds follow on the same subject, in the same group.
INSERT INTO work (kind, subject_id, group_id)
SELECT kind, %(subject_id)s, %(group_id)s FROM unnest(%(kinds)s::text[]) AS kind
ON CONFLICT ON CONSTRAINT work_is_once_a_subject DO NOTHING

-- name: lay_by_work
-- What waits is no failure of an attempt. The caller has locked the row, and so holds the fence.
UPDATE work
   SET state = 'READY', lease_until = NULL, attempts = 0, last_error = %(reason)s, updated_at = now(),
       not_before = now() + make_interval(secs => %(pause_s)s)
 WHERE id = %(work_id)s

-- name: stop_work
-- It waits for a person, which is no failure either. The caller has locked the row, and so holds the fence.
UPDATE work
   SET state = 'STOPPED', lease_until = NULL, attempts = 0, last_error = %(reason)s, updated_at = now(),
       not_before = NULL
 WHERE id = %(work_id)s

-- name: release_work
-- Give work back after a failure, to be tried again after a while, or stop it when that would be of no use.
UPDATE work
   SET state = CASE WHEN %(permanent)s THEN 'STOPPED' ELSE 'READY' END, attempts = %(attempts)s,
       lease_until = NULL, updated_at = now(), last_error = %(error)s,
       not_before = now() + make_interval(secs => %(retry_s)s)
 WHERE id = %(work_id)s AND fence = %(fence)s AND state = 'WORKING'
RETURNING state

-- name: find_stalled_work
-- Work that nobody does although somebody could: free for longer than `idle_s`, at the end of its pause, or with a
-- lease that ran out. Not that of groups that a person has paused.
SELECT id, kind FROM work
 WHERE ((state = 'READY' AND COALESCE(not_before, updated_at + make_interval(secs => %(idle_s)s)) <= now())
        OR (state = 'WORKING' AND lease_until < now()))
   AND group_id NOT IN (SELECT id FROM work_group WHERE paused_at IS NOT NULL)
 ORDER BY id
 LIMIT %(rows_max)s

-- name: seconds_to_next_due
-- How long until the next lease runs out or the next pause ends; NULL when nothing waits.
SELECT extract(epoch FROM min(COALESCE(lease_until, not_before)) - now())::float AS seconds
  FROM work
 WHERE state IN ('READY', 'WORKING') AND (lease_until IS NOT NULL OR not_before > now())
   AND group_id NOT IN (SELECT id FROM work_group WHERE paused_at IS NOT NULL)

-- name: add_work
-- Work on some subjects, in a group of its own or of others.
INSERT INTO work (kind, subject_id, group_id)
SELECT %(kind)s, subject_id, %(group_id)s FROM unnest(%(subject_ids)s::bigint[]) AS subject_id
ON CONFLICT ON CONSTRAINT work_is_once_a_subject DO NOTHING

-- name: open_group
INSERT INTO work_group (traceparent) VALUES (%(traceparent)s) RETURNING id

-- name: reopen_group
-- Before work is added to it. Locks the row, so that nobody closes it meanwhile.
UPDATE work_group SET open = true WHERE id = %(group_id)s

-- name: lock_idle_groups
-- Open groups that look as if nothing of them had to be done yet. Locks them: what is added meanwhile waits.
SELECT g.id FROM work_group g
 WHERE g.open
   AND NOT EXISTS (SELECT FROM work w WHERE w.group_id = g.id AND w.state IN ('READY', 'WORKING'))
   FOR NO KEY UPDATE SKIP LOCKED

-- name: close_groups
-- A statement of its own: it sees what was added before the rows were locked.
UPDATE work_group g SET open = false
 WHERE g.id = ANY(%(group_ids)s)
   AND NOT EXISTS (SELECT FROM work w WHERE w.group_id = g.id AND w.state IN ('READY', 'WORKING'))

-- name: pause_group
-- Keep the date of the first pause.
UPDATE work_group SET paused_at = COALESCE(paused_at, now()) WHERE id = %(group_id)s

-- name: resume_group
UPDATE work_group SET paused_at = NULL WHERE id = %(group_id)s

-- name: find_waiting_work
-- Work of a group that could be taken now. What is over the limit, the sweep publishes.
SELECT kind FROM work
 WHERE group_id = %(group_id)s AND (state = 'READY' OR (state = 'WORKING' AND lease_until < now()))
 ORDER BY id
 LIMIT %(rows_max)s

-- name: restart_stopped_work
-- Give a group's stopped work its attempts again; each goes on from where it stood.
UPDATE work
   SET state = 'READY', attempts = 0, not_before = NULL, last_error = NULL, updated_at = now()
 WHERE group_id = %(group_id)s AND state = 'STOPPED'
RETURNING kind

-- name: restart_work
-- Work of a kind on some subjects goes on, or begins anew, in groups that are open again. What is being done now ends
-- by itself, and finds what there is to be done.
WITH restarted AS (
    UPDATE work
       SET state = 'READY', attempts = 0, not_before = NULL, last_error = NULL, updated_at = now()
     WHERE kind = %(kind)s AND subject_id = ANY(%(subject_ids)s) AND state <> 'WORKING'
    RETURNING group_id
)
UPDATE work_group SET open = true WHERE id IN (SELECT group_id FROM restarted)

-- name: read_batch
-- A batch with what its upload says of it.
SELECT b.id, b.upload_id, b.first_billing_id, b.last_billing_id, b.total, b.series_id, b.first_our_number, b.issued_on,
       b.object_path, u.beneficiary_id, u.profile_id, u.mail, u.public_id AS upload_public_id, u.removed_at,
       (now() AT TIME ZONE 'America/Sao_Paulo')::date AS today
  FROM batch b JOIN upload u ON u.id = b.upload_id
 WHERE b.id = %(batch_id)s

-- name: get_profile
SELECT content FROM profile WHERE id = %(profile_id)s

-- name: ensure_beneficiary
-- The row of a beneficiary, with its name as the settings have it now. An INSERT alone would take a number of its small
-- sequence each time.
WITH known AS (
    UPDATE beneficiary SET name = %(name)s WHERE tax_id = %(tax_id)s RETURNING id
), added AS (
    INSERT INTO beneficiary (tax_id, name)
    SELECT %(tax_id)s, %(name)s WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT ON CONSTRAINT beneficiary_tax_id_is_unique DO UPDATE SET name = EXCLUDED.name
    RETURNING id
)
SELECT id FROM known UNION ALL SELECT id FROM added

-- name: forget_files_of_beneficiary
-- All files that jobs have made of a beneficiary's billings, and are making: what was read for them may not stay.
UPDATE job_file f SET forgotten_at = now()
  FROM job j
 WHERE j.id = f.job_id AND j.beneficiary_id = %(beneficiary_id)s AND f.forgotten_at IS NULL

-- name: forget_files_of_upload
-- Those in which billings of an upload may stand.
UPDATE job_file f SET forgotten_at = now()
  FROM job j
 WHERE j.id = f.job_id AND f.forgotten_at IS NULL
   AND j.batch_ids && (SELECT array_agg(b.id) FROM batch b WHERE b.upload_id = %(upload_id)s)

-- name: list_forgotten_files
-- The next files that are to be removed, by id: forgotten ones, those that had their time, and those of attempts that
-- died. What an attempt that is alive may still store is its own to remove.
SELECT f.id, f.path
  FROM job_file f
 WHERE f.id > %(after)s
   AND (f.forgotten_at IS NOT NULL
        OR COALESCE(f.made_at, f.added_at) < now() - make_interval(hours => %(kept_hours)s))
   AND (f.made_at IS NOT NULL
        OR NOT EXISTS (SELECT FROM work w
                        WHERE w.kind = 'export' AND w.subject_id = f.job_id AND w.fence = f.fence
                          AND w.state = 'WORKING' AND w.lease_until > now()))
 ORDER BY f.id
 LIMIT %(rows_max)s

-- name: delete_file
DELETE FROM job_file WHERE id = %(file_id)s

-- name: lock_stored_files
-- One at a time decides in the whole installation whether the stored file of an upload stays; each does so in moments.
SELECT pg_advisory_xact_lock(4026531843)

-- name: is_file_named
-- Whether an upload that was not purged, or a check, has this stored file.
SELECT EXISTS (SELECT FROM upload WHERE storage_path = %(path)s AND purged_at IS NULL)
    OR EXISTS (SELECT FROM upload_check WHERE storage_path = %(path)s) AS named

-- name: hold_payers
-- Until the transaction ends nobody takes payers out, whose links nobody else sees yet.
SELECT pg_advisory_xact_lock_shared(4026531844)

-- name: lock_payers
-- Until the transaction ends nobody links payers to billings, some of which it may be about to delete.
SELECT pg_advisory_xact_lock(4026531844)

-- name: unlink_billings
-- By who was billed, at every address: there is no index of links by billing, for every file would pay for it.
DELETE FROM payer_billing l
 USING billing b
 CROSS JOIN LATERAL (
       SELECT b.email UNION SELECT m.email FROM mail_resend m WHERE m.billing_id = b.id AND m.email IS NOT NULL) a
  JOIN payer p ON p.fingerprint = payer_fingerprint(b.beneficiary_id, b.tax_id, b.name, a.email)
 WHERE b.id = ANY(%(billing_ids)s) AND l.payer_id = p.id AND l.billing_id = b.id
RETURNING l.payer_id

-- name: add_payer_at
-- Who is billed, as a payer with another address.
INSERT INTO payer (beneficiary_id, fingerprint, tax_id, name, email)
SELECT beneficiary_id, payer_fingerprint(beneficiary_id, tax_id, name, %(email)s), tax_id, name, %(email)s
  FROM billing WHERE id = %(billing_id)s
ON CONFLICT (fingerprint) DO NOTHING

-- name: link_payer_at
-- A statement of its own: it sees who was added meanwhile.
INSERT INTO payer_billing (payer_id, billing_id)
SELECT p.id, b.id
  FROM billing b JOIN payer p ON p.fingerprint = payer_fingerprint(b.beneficiary_id, b.tax_id, b.name, %(email)s)
 WHERE b.id = %(billing_id)s
ON CONFLICT (payer_id, billing_id) DO NOTHING

-- name: delete_unlinked_payers
DELETE FROM payer p
 WHERE p.id = ANY(%(payer_ids)s) AND NOT EXISTS (SELECT FROM payer_billing l WHERE l.payer_id = p.id)

-- name: read_details
-- What the file said of the billings of a range beside the official columns, and the codes that are no UUIDs.
SELECT billing_id, code, street, street_number, complement, district, city, state, postal_code, phone, copies,
       document_number, instalment, message, terms
  FROM billing_detail
 WHERE billing_id BETWEEN %(first_id)s AND %(last_id)s

-- name: add_registrations
-- What is known already, and what is another beneficiary's, is passed over. Reasons are codes with blanks between them.
INSERT INTO registration (billing_id, state, at, reasons)
SELECT f.billing_id, f.state, f.at, string_to_array(f.reasons, ' ')
  FROM unnest(%(billing_ids)s::bigint[], %(states)s::text[], %(ats)s::timestamptz[], %(reasons)s::text[])
       AS f (billing_id, state, at, reasons)
  JOIN billing b ON b.id = f.billing_id AND b.beneficiary_id = %(beneficiary_id)s
ON CONFLICT ON CONSTRAINT registration_is_told_once DO NOTHING
RETURNING billing_id

-- name: find_batches_of
SELECT DISTINCT t.id
  FROM unnest(%(billing_ids)s::bigint[]) AS f (billing_id)
 CROSS JOIN LATERAL (
       SELECT id FROM batch
        WHERE first_billing_id <= f.billing_id ORDER BY first_billing_id DESC LIMIT 1) t

-- name: find_for_second_copy
-- A debt's newest billing with its boleto, and whether the bank had entered it when it was last heard of.
SELECT b.id, b.debt_id, b.amount_cents, b.due_date, b.name, b.tax_id, b.email, u.profile_id, s.status, o.our_number,
       o.barcode, t.issued_on,
       COALESCE((SELECT m.receivable_cents FROM settlement m WHERE m.billing_id = b.id), b.amount_cents) AS open_cents,
       COALESCE((SELECT g.state FROM registration g WHERE g.billing_id = b.id ORDER BY g.at DESC, g.state LIMIT 1)
                = 'REGISTERED', false) AS registered,
       COALESCE(x.url, '') AS pix_url, COALESCE(x.txid, '') AS pix_txid, COALESCE(x.emv, '') AS pix_emv
  FROM (SELECT * FROM billing
         WHERE debt_id = %(debt_id)s AND beneficiary_id = %(beneficiary_id)s
         ORDER BY issue DESC LIMIT 1) b
  JOIN upload u ON u.id = b.upload_id
 CROSS JOIN LATERAL (SELECT our_number, barcode FROM boleto WHERE billing_id = b.id OFFSET 0) o
 CROSS JOIN LATERAL (SELECT status FROM billing_status WHERE id = b.id OFFSET 0) s
 CROSS JOIN LATERAL (
       SELECT issued_on FROM batch
        WHERE first_billing_id <= b.id ORDER BY first_billing_id DESC LIMIT 1) t
  LEFT JOIN LATERAL (
       SELECT url, txid, emv FROM title_pix
        WHERE billing_id = b.id ORDER BY file_id DESC, line DESC LIMIT 1) x ON true
