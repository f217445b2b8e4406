"""Titles that their bank refused to enter: listed with what to do, mended, and entered again."""
