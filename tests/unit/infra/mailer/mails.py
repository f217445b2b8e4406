"""Mails for the tests of this folder: each test names only what matters to it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from cobranca.infra.mailer.mail import Mail, message_id

DEBT_ID = "1adb6ccf-ff16-467f-bea7-5f05d494280f"


def make_mail(**changes: Any) -> Mail:
    """Return a mail that is right in every field, with the changes."""
    values: dict[str, Any] = {
        "debt_id": DEBT_ID,
        "sender_name": "Escola Aurora",
        "sender_address": "cobranca@aurora.example",
        "reply_to": None,
        "recipient_name": "Maria Souza",
        "recipient_address": "maria@exemplo.com.br",
        "date": datetime(2026, 11, 24, 2, 0, 0, tzinfo=UTC),
        "beneficiary_name": "Escola Aurora",
        "amount_cents": 123456,
        "due_date": date(2026, 12, 1),
        "digitable_line": "00190000090267000100300000000174138600000004000",
        "our_number": "109/00000001-2",
        "demonstration": False,
        **changes,
    }
    values.setdefault("message_id", message_id(values["debt_id"], "aurora.example", 0))
    return Mail(**values)
