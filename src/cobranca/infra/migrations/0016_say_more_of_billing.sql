-- What the optional columns of a file say of a debt; NULL is nothing. Safe while old code runs: it writes none of it.
ALTER TABLE billing_detail ADD COLUMN street text;
ALTER TABLE billing_detail ADD COLUMN street_number text;
ALTER TABLE billing_detail ADD COLUMN complement text;
ALTER TABLE billing_detail ADD COLUMN district text;
ALTER TABLE billing_detail ADD COLUMN city text;
ALTER TABLE billing_detail ADD COLUMN state text;
ALTER TABLE billing_detail ADD COLUMN postal_code text;
ALTER TABLE billing_detail ADD COLUMN phone text;
-- Further addresses of the mail, with commas between them.
ALTER TABLE billing_detail ADD COLUMN copies text;
ALTER TABLE billing_detail ADD COLUMN document_number text;
ALTER TABLE billing_detail ADD COLUMN instalment text;
ALTER TABLE billing_detail ADD COLUMN message text;
-- The row's own terms as JSON (domain/terms/stated.py); the account's are in the profile.
ALTER TABLE billing_detail ADD COLUMN terms text;
