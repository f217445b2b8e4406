-- The W3C traceparent of the request that brought a file, so that all work on it belongs to that request's trace,
-- whatever process does it and whenever. NULL while tracing is off. Old code neither writes nor reads it.
ALTER TABLE upload ADD COLUMN traceparent text;
