"""Payments of a period: summed by day, beside what is open, and as a table for accounting."""
