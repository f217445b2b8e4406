-- Which due dates a batch has, noted off the path when its file is made searchable: a list by due date passes over
-- batches that have none of them. What is not noted yet is looked into.
-- Safe while old code runs: it neither reads nor writes it.
CREATE TABLE batch_due (
    batch_id   bigint PRIMARY KEY REFERENCES batch,
    -- Each once, in their order.
    due_dates  date[] NOT NULL
);
