"""Billings out of here: as CSV, as a workbook, and their slips, of exactly what is filtered."""
