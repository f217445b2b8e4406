-- Stopped batches are few and are counted at every scrape of the metrics; batches in all only grow.
CREATE INDEX IF NOT EXISTS batch_stopped ON batch (upload_id) WHERE state = 'STOPPED';
