-- Attempts at a mail that were not the last: deferred by the server, or in doubt and sent once more.
-- Facts, inserted once. Safe while old code runs: it neither reads nor writes them.

CREATE TABLE notification_attempt (
    billing_id  bigint NOT NULL,
    at          timestamptz NOT NULL,
    attempts    smallint NOT NULL,
    reply_code  smallint,
    state       text NOT NULL CONSTRAINT notification_attempt_is_not_the_last
                CHECK (state IN ('DEFERRED', 'UNCERTAIN')),
    detail      text,
    PRIMARY KEY (billing_id, at)
);
-- What was in doubt is sent once more, never twice.
CREATE UNIQUE INDEX notification_attempt_doubt_is_once ON notification_attempt (billing_id)
    WHERE state = 'UNCERTAIN';
