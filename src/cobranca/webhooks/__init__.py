"""Webhooks: tells a beneficiary's own systems what became of billings, signed and logged."""
