-- Jobs that make a file: tables and slips of what a filter means (ADR 0034).
-- Safe while old code runs, until the first such job: an API of the old version cannot list it, and a worker of it does
-- not know its work. APIs and workers are renewed before people begin one.

ALTER TABLE job DROP CONSTRAINT IF EXISTS job_act_is_known,
    ADD CONSTRAINT job_act_is_known CHECK (act IN ('RESEND', 'CANCEL', 'EXPORT', 'PDFS')) NOT VALID;
ALTER TABLE job VALIDATE CONSTRAINT job_act_is_known;
-- What file it makes; NULL: none.
ALTER TABLE job ADD COLUMN format text;

-- An object that an attempt at a job stores, written down before it is stored. A row goes after its object.
CREATE TABLE job_file (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id          bigint NOT NULL REFERENCES job,
    path            text NOT NULL CONSTRAINT job_file_path_is_unique UNIQUE,
    -- The attempt's, which may store it for as long as it has the work.
    fence           bigint NOT NULL,
    added_at        timestamptz NOT NULL DEFAULT now(),
    -- When it was whole and told; NULL: it is being made, or its attempt died.
    made_at         timestamptz,
    size_bytes      bigint,
    -- Nobody may have it any more: it is removed.
    forgotten_at    timestamptz
);
CREATE INDEX job_file_by_job ON job_file (job_id);
