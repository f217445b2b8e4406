"""Retention: deletes what an installation need not keep any longer."""
