"""Payments that calls and people tell of, money in suspense, and ledgers of billings."""
