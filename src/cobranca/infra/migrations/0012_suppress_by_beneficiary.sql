-- Addresses that a mail server refused for good, each for the beneficiary whose mail it refused. What was on the list of
-- all is on everybody's. Safe while old code runs: it goes on with `suppression`, which the next version but one drops.

-- Its ids begin above any of the old table, so that one that was read before names nobody else's row.
CREATE TABLE suppressed_address (
    id              bigint GENERATED ALWAYS AS IDENTITY (START WITH 1000000000) PRIMARY KEY,
    beneficiary_id  smallint NOT NULL REFERENCES beneficiary,
    email           text NOT NULL
                    CONSTRAINT suppressed_address_is_lower_case CHECK (email = lower(email)),
    at              timestamptz NOT NULL DEFAULT now(),
    reason          text NOT NULL,
    CONSTRAINT suppressed_address_is_unique UNIQUE (beneficiary_id, email)
);
INSERT INTO suppressed_address (beneficiary_id, email, at, reason)
SELECT b.id, s.email, s.at, s.reason FROM suppression s CROSS JOIN beneficiary b ORDER BY s.id, b.id;
