"""Mails that did not arrive, over all files."""
