-- no transaction
-- A debt whose billing was cancelled can be billed again: unique is the debt with the number of its issue, from 0 on.
-- Safe while old code runs: it bills each debt once, by the same constraint.
ALTER TABLE billing ADD COLUMN IF NOT EXISTS issue smallint NOT NULL DEFAULT 0;

DROP INDEX CONCURRENTLY IF EXISTS billing_issue_is_unique;
CREATE UNIQUE INDEX CONCURRENTLY billing_issue_is_unique ON billing (debt_id, beneficiary_id, issue);

-- One statement: there is no moment without a constraint. The index takes the constraint's name.
ALTER TABLE billing DROP CONSTRAINT IF EXISTS billing_debt_id_is_unique,
      ADD CONSTRAINT billing_debt_id_is_unique UNIQUE USING INDEX billing_issue_is_unique;
