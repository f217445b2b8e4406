-- What the optional columns of a file say of a debt; NULL is nothing. Safe while old code runs: it writes none of it.
ALTER TABLE billing_detail
    ADD COLUMN street           text,
    ADD COLUMN street_number    text,
    ADD COLUMN complement       text,
    ADD COLUMN district         text,
    ADD COLUMN city             text,
    ADD COLUMN state            text,
    ADD COLUMN postal_code      text,
    ADD COLUMN phone            text,
    -- Further addresses of the mail, with commas between them.
    ADD COLUMN copies           text,
    ADD COLUMN document_number  text,
    ADD COLUMN instalment       text,
    ADD COLUMN message          text,
    -- The row's own terms as JSON (domain/terms/stated.py); the account's are in the profile.
    ADD COLUMN terms            text;
