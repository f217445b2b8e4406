"""What the HTTP API says about mails."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel


class MailSummary(BaseModel):
    """One mail that was sent."""

    debt_id: UUID
    name: str
    email: str
    subject: str
    sentat: datetime
    amount_cents: int
    due_date: date


class MailboxPage(BaseModel):
    """Some mails of an upload; `next` goes into `after`."""

    records: list[MailSummary]
    next: str | None


class Attachment(BaseModel):
    """A file of a mail."""

    name: str
    size_bytes: int
    media_type: str


class MailDetail(BaseModel):
    """One mail, opened: exactly what the payer gets."""

    debt_id: UUID
    message_id: str
    sender: str
    recipient: str
    subject: str
    date: datetime
    text: str
    html: str
    attachments: list[Attachment]


class Suppression(BaseModel):
    """An address that nobody writes to any more, and the answer that decided so."""

    id: int
    email: str
    createdat: datetime
    reason: str


class SuppressionsPage(BaseModel):
    """Some suppressed addresses, newest first; `next` goes into `after`."""

    records: list[Suppression]
    next: str | None
