"""Mails that carry a second copy: ordered for a day, written down, composed."""
