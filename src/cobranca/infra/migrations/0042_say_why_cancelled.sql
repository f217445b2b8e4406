-- Who cancelled a billing, and which reason they chose; NULL: nobody said. Safe while old code runs: it names its columns.
ALTER TABLE billing_removal ADD COLUMN reason text;
ALTER TABLE billing_removal ADD COLUMN asked_by text;
