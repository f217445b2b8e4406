"""The filter: which billings somebody means. It travels, and never the ids of what it finds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cobranca.domain.billing import BillingStatus
from cobranca.domain.errors import InvalidField
from cobranca.infra.clock import day_begins, day_ends

if TYPE_CHECKING:
    from uuid import UUID

#: Fields of a filter that a call names otherwise.
PARAMETERS: Final = {"statuses": "status"}
#: Fields that a quick filter says.
_QUICK_FIELDS: Final = (
    "statuses",
    "due_from",
    "due_to",
    "received_from",
    "received_to",
    "bounced",
)
#: Statuses of what is still to be paid.
OPEN: Final = frozenset(BillingStatus) - {
    BillingStatus.PAID,
    BillingStatus.OVERPAID,
    BillingStatus.REMOVED,
    BillingStatus.PAID_AFTER_CANCEL,
}


class MailReason(StrEnum):
    """Why a mail was not delivered, as far as its server's enhanced code (RFC 3463) tells."""

    ADDRESS = "ADDRESS"  # There is no such mailbox or domain.
    MAILBOX_FULL = "MAILBOX_FULL"
    REFUSED = "REFUSED"  # The receiver does not want it.
    NO_ANSWER = "NO_ANSWER"  # The receiver's server could not be reached.
    OTHER = "OTHER"


#: What the detail of an outcome has in it, by reason; OTHER is what has none of them.
_PATTERNS: Final = {
    MailReason.ADDRESS: r"\m[45]\.1\.\d",
    MailReason.MAILBOX_FULL: r"\m[45]\.2\.2\M",
    MailReason.REFUSED: r"\m[45]\.7\.\d",
    MailReason.NO_ANSWER: r"\m[45]\.4\.\d",
}
_ANY_PATTERN: Final = "|".join(_PATTERNS.values())
#: The same for a single text: PostgreSQL's edges of words are written otherwise here.
_READ: Final = {
    reason: re.compile(pattern.replace(r"\m", r"\b").replace(r"\M", r"\b"), re.ASCII)
    for reason, pattern in _PATTERNS.items()
}


def reason_in(detail: str) -> MailReason:
    """Return the reason that the filter finds an outcome by; of several, the first."""
    return next((reason for reason, read in _READ.items() if read.search(detail)), MailReason.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingFilter:
    """What billings must be, all of it at once; None or nothing = whatever they are.

    Attributes:
        upload_id: of which file, by its public id.
        statuses: in one of these.
        due_from: due on this day or later; `due_to` on that day or before.
        received_from: of a file that came on this day (in São Paulo) or later; `received_to` on
            that day or before.
        sent_from: mailed on this day (in São Paulo) or later; `sent_to` on that day or before.
        amount_from_cents: of so much or more; `amount_to_cents` of so much or less.
        reason: not delivered, or in doubt, for this reason.
        bounced: whether the mail came back after a server had taken it.
        payer_id: owed by this person, under any of their names and addresses.
        search: the whole code, tax id or e-mail.
        debt_id: the debt that `search` would be the code of.
    """

    upload_id: UUID | None = None
    statuses: frozenset[BillingStatus] = frozenset()
    due_from: date | None = None
    due_to: date | None = None
    received_from: date | None = None
    received_to: date | None = None
    sent_from: date | None = None
    sent_to: date | None = None
    amount_from_cents: int | None = None
    amount_to_cents: int | None = None
    reason: MailReason | None = None
    bounced: bool | None = None
    payer_id: UUID | None = None
    search: str | None = None
    debt_id: UUID | None = None

    def check(self) -> None:
        """Refuse a range that ends before it begins, which nothing could be in.

        Raises:
            InvalidField: on its end.
        """
        ranges = (
            ("due_to", self.due_from, self.due_to),
            ("received_to", self.received_from, self.received_to),
            ("sent_to", self.sent_from, self.sent_to),
            ("amount_to", self.amount_from_cents, self.amount_to_cents),
        )
        for field, first, last in ranges:
            if first is not None and last is not None and last < first:  # pyright: ignore[reportOperatorIssue]
                raise InvalidField(field, "The range ends before it begins")

    def parameters(self) -> dict[str, object]:
        """Return the values of the conditions of the query `match`."""
        statuses = sorted(self.statuses)
        search = self.search
        return {
            "statuses": statuses or None,
            "due_from": self.due_from,
            "due_to": self.due_to,
            "received_from": self.received_from and day_begins(self.received_from),
            "received_before": self.received_to and day_ends(self.received_to),
            "sent_from": self.sent_from and day_begins(self.sent_from),
            "sent_before": self.sent_to and day_ends(self.sent_to),
            "amount_from": self.amount_from_cents,
            "amount_to": self.amount_to_cents,
            "reason": _PATTERNS.get(self.reason, _ANY_PATTERN) if self.reason else None,
            "other_reason": self.reason is MailReason.OTHER,
            "bounced": self.bounced,
            "tax_id": "".join(c for c in search.upper() if c.isalnum()) if search else None,
            "email": search.lower() if search else None,
            "debt_id": self.debt_id if search else None,
        }

    def within(self, quick: BillingFilter) -> BillingFilter:
        """Return what is both this and a quick filter.

        Raises:
            InvalidField: on what both of them say.
        """
        said: dict[str, object] = {}
        for field in _QUICK_FIELDS:
            value = getattr(quick, field)
            if value is None or value == frozenset():
                continue
            if getattr(self, field) not in (None, frozenset()):
                raise InvalidField(PARAMETERS.get(field, field), "`quick` says this already")
            said[field] = value
        return replace(self, **said)  # pyright: ignore[reportArgumentType]
