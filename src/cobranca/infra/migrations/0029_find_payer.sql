-- Who is billed, for the search over all files: filled off the path, upload by upload, after its mails (ADR 0029).
-- `billing` itself gets no index more, so that no ingest pays for the search.
-- Safe while old code runs: it neither reads nor writes these; what it ingests is found by new code's next sweep.

-- The words of a name as they are searched, in their order: small letters, without accents. Letters are lowered after
-- their accents are taken off, so that a database without a locale folds them too.
CREATE FUNCTION name_word_list(name text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_remove(regexp_split_to_array(
        regexp_replace(lower(normalize(name, NFD)), '[\u0300-\u036f]', '', 'g'),
        '[\x01-\x2f\x3a-\x60\x7b-\xbf]+'), '');

CREATE FUNCTION name_words(name text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(name_word_list(name));

-- What tells one payer's writing from another: the same person under two names or addresses has two rows.
CREATE FUNCTION payer_fingerprint(beneficiary_id smallint, tax_id text, name text, email text) RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN encode(substring(sha256(convert_to(
        beneficiary_id::text || ' ' || tax_id || ' ' || email || ' ' || name, 'UTF8')) FROM 1 FOR 16), 'hex')::uuid;

CREATE TABLE payer (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    beneficiary_id  smallint NOT NULL REFERENCES beneficiary,
    fingerprint     uuid NOT NULL CONSTRAINT payer_is_kept_once UNIQUE,
    tax_id          text NOT NULL,
    name            text NOT NULL,
    email           text NOT NULL
);
CREATE INDEX payer_by_tax_id ON payer (beneficiary_id, tax_id);
CREATE INDEX payer_by_email ON payer (beneficiary_id, lower(email));
CREATE INDEX payer_by_name ON payer USING gin (name_words(name));

-- No foreign keys: they would double what filling costs. Whoever deletes payers holds the lock of those who link them.
CREATE TABLE payer_billing (
    payer_id    bigint NOT NULL,
    billing_id  bigint NOT NULL,
    PRIMARY KEY (payer_id, billing_id)
);

-- How far a file has been made searchable; a row since that was planned.
CREATE TABLE upload_search (
    upload_id      integer PRIMARY KEY REFERENCES upload,
    last_batch_id  bigint NOT NULL DEFAULT 0,
    done_at        timestamptz
);
CREATE INDEX upload_search_pending ON upload_search (upload_id) WHERE done_at IS NULL;
