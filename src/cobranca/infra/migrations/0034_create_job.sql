-- Jobs: one act on all that a filter means, and what became of each billing. Safe while old code runs: it knows none.

CREATE TABLE job (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id       uuid NOT NULL DEFAULT uuidv7() CONSTRAINT job_public_id_is_unique UNIQUE,
    beneficiary_id  smallint NOT NULL REFERENCES beneficiary,
    act             text NOT NULL CONSTRAINT job_act_is_known
                    CHECK (act IN ('RESEND', 'CANCEL')),
    -- The filter, as the parameters of the list that was looked at.
    filter          jsonb NOT NULL,
    reason          text,
    asked_by        text NOT NULL,
    group_id        bigint NOT NULL,
    -- The batches that could hold what is meant when it began; what came later is none of it. How many of them are done.
    batch_ids       bigint[] NOT NULL,
    batches         integer NOT NULL,
    place           integer NOT NULL DEFAULT 0,
    -- Billings and cents by outcome: as they were counted when it began, and what became of them so far.
    planned         jsonb NOT NULL,
    tally           jsonb NOT NULL DEFAULT '{}',
    started_at      timestamptz NOT NULL DEFAULT now(),
    stopped_at      timestamptz,
    ended_at        timestamptz
);
CREATE INDEX job_by_beneficiary ON job (beneficiary_id, id);

-- What became of the billings of some batches: written in the transaction that did it.
CREATE TABLE job_part (
    job_id          bigint NOT NULL REFERENCES job,
    place           integer NOT NULL,
    outcome         text NOT NULL,
    billing_ids     bigint[] NOT NULL,
    CONSTRAINT job_part_is_done_once PRIMARY KEY (job_id, place, outcome)
);
