"""Payments: return files, webhooks and people tell of them; balances follow from what they told."""
