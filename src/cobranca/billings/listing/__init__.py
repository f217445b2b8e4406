"""Which billings somebody means: one filter for lists, counts, exports and PDFs."""
