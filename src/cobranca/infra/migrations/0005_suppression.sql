-- Addresses that a mail server refused for good: nobody writes to them until a person takes them off.
-- Safe while old code runs: it neither reads nor writes the table.

CREATE TABLE suppression (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email   text NOT NULL CONSTRAINT suppression_email_is_unique UNIQUE
            CONSTRAINT suppression_email_is_lower_case CHECK (email = lower(email)),
    at      timestamptz NOT NULL DEFAULT now(),
    reason  text NOT NULL
);
