-- What files bill by due date, so that no overview reads billings. Rows are written with the file and never changed: what
-- was cancelled since is subtracted by whoever asks.
CREATE TABLE upload_due (
    beneficiary_id smallint NOT NULL,
    due_date       date     NOT NULL,
    upload_id      integer  NOT NULL REFERENCES upload,
    billings       integer  NOT NULL,
    amount_cents   bigint   NOT NULL,
    CONSTRAINT upload_due_is_one_a_day PRIMARY KEY (beneficiary_id, due_date, upload_id)
);
CREATE INDEX upload_due_by_upload ON upload_due (upload_id);

-- NULL: of the version before, and to be summed by a sweep. Old code neither writes nor reads it.
ALTER TABLE upload ADD COLUMN amount_cents bigint;
CREATE INDEX upload_to_sum ON upload (beneficiary_id) WHERE amount_cents IS NULL AND purged_at IS NULL;
