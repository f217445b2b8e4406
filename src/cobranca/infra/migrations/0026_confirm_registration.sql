-- What the bank said of a billing's registration, as its return files tell it. Facts; the latest holds.
-- Safe while old code runs: it knows none of it.
CREATE TABLE registration (
    billing_id  bigint NOT NULL,
    state       text NOT NULL CONSTRAINT registration_state_is_known CHECK (state IN ('REGISTERED', 'REJECTED')),
    -- When it happened at the bank.
    at          timestamptz NOT NULL,
    -- The bank's codes of why.
    reasons     text[] NOT NULL DEFAULT '{}',
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT registration_is_told_once PRIMARY KEY (billing_id, at, state)
);
