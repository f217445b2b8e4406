"""Refused records of a file: told by reason, mended in the page or in a spreadsheet, and billed."""
