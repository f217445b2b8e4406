-- What only some files say of a debt, one row a billing that has any of it: a file of the six columns whose debts are
-- UUIDs writes nothing here.
-- Safe while old code runs: it shows such a debt by its UUID.
CREATE TABLE billing_detail (
    billing_id  bigint PRIMARY KEY,
    -- What the file calls the debt, where that is no UUID; billing.debt_id is made of it (domain/debt_code.py).
    code        text
);
