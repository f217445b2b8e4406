-- When the next mail may be handed over to the mail server, for all workers together. One row, locked for the
-- length of one statement. Safe while old code runs: it does not look at it, and so is not slowed down either.

CREATE TABLE mail_rate (
    transport  text PRIMARY KEY,
    next_at    timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 10);
INSERT INTO mail_rate (transport) VALUES ('smtp');
