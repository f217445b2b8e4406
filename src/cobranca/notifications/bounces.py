"""Settles mails that came back: the fact is written down, and a dead address is suppressed.

A bounce is believed only of a mail that we handed over, and only about the billing's own address:
who forges one must know the Message-ID, which nobody but the payer and the servers on the way does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cobranca.domain.email_address import ascii_domain
from cobranca.domain.errors import NotFound
from cobranca.domain.spreadsheet import BYTE_ORDER_MARK, csv_line
from cobranca.infra.clock import SAO_PAULO
from cobranca.infra.db import Connection, Database, cut_page
from cobranca.infra.telemetry import BounceRead, emit
from cobranca.notifications import repository
from cobranca.notifications.bounce_report import MAILS_MAX, Kind, Notice, SentMail
from cobranca.notifications.kept_bounces import keep
from cobranca.notifications.mime_parts import MESSAGE_BYTES_MAX
from cobranca.notifications.schemas import Bounce, BouncesPage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from cobranca.infra.settings import Settings
    from cobranca.infra.storage import Storage
    from cobranca.notifications.bounce_reader import BounceReader

#: The largest message that is read, in bytes: a whole mail of ours comes back in less.
BOUNCE_BYTES_MAX = MESSAGE_BYTES_MAX
#: Billings that one debtId may name: one for each beneficiary.
_BILLINGS_MAX = 10


class BounceOutcome(StrEnum):
    """What became of a message that came back."""

    #: A mail of ours is now known not to have arrived.
    BOUNCED = "BOUNCED"
    #: That was known, or the mail was sent again since.
    REPEATED = "REPEATED"
    #: The server goes on trying; nothing is written down.
    DELAYED = "DELAYED"
    #: It tells of no failure: a delivery, an absence, a receipt.
    IGNORED = "IGNORED"
    #: Of no mail that we handed over, or not to be read. Kept for a person.
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a message, and which debt it is about."""

    outcome: BounceOutcome
    debt_id: UUID | None = None
    #: The address is on the suppression list because of it.
    suppressed: bool = False
    #: The object in storage that a person can look at.
    kept_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceDesk:
    """Settles messages that came back, one after another or many at once."""

    #: Where the facts are.
    database: Database
    #: Where messages are kept that nobody could make sense of.
    storage: Storage
    settings: Settings
    reader: BounceReader

    async def settle(self, content: bytes) -> Settled:
        """Read a message, and write down what it tells. Again, it changes nothing.

        Args:
            content: the message of RFC 5322; of more than `BOUNCE_BYTES_MAX` the beginning counts.

        Raises:
            Transient: too many messages wait to be read, or a part is away.
        """
        content = content[:BOUNCE_BYTES_MAX]
        settled = await _settle(self.database, await self.reader.read(content))
        if settled.outcome is BounceOutcome.UNKNOWN:
            path = await keep(self.storage, self.settings, content)
            settled = Settled(outcome=BounceOutcome.UNKNOWN, kept_as=path)
        emit(BounceRead(outcome=settled.outcome.value, suppressed=settled.suppressed))
        return settled


async def list_bounces(
    database: Database, beneficiary_id: int, *, upload_id: UUID, after: int, limit: int
) -> BouncesPage:
    """Return mails of an upload that came back, in the order of its billings."""
    async with database.transaction() as connection:
        rows = await repository.list_bounces(
            connection,
            beneficiary_id=beneficiary_id,
            public_id=upload_id,
            after=after,
            rows_max=limit + 1,
        )
    page, after_page = cut_page(rows, limit, key="billing_id")
    records = [Bounce.model_validate(row, from_attributes=True) for row in page]
    return BouncesPage(records=records, next=after_page)


async def check_upload(database: Database, beneficiary_id: int, upload_id: UUID) -> None:
    """Raise NotFound unless the beneficiary has such an upload."""
    async with database.transaction() as connection:
        upload = await repository.find_upload(
            connection, beneficiary_id=beneficiary_id, public_id=upload_id
        )
        if upload is None:
            raise NotFound(f"There is no upload {upload_id}")


async def stream_bounces(
    database: Database, beneficiary_id: int, upload_id: UUID, *, delimiter: str
) -> AsyncIterator[bytes]:
    """Yield a CSV of an upload's mails that came back; instants are in São Paulo's time."""
    yield BYTE_ORDER_MARK
    head = ["name", "email", "debtId", "at", "status", "detail", "suppressed"]
    yield csv_line(head, delimiter=delimiter)
    async with database.transaction() as connection:
        async for row in repository.stream_bounces(
            connection, beneficiary_id=beneficiary_id, public_id=upload_id
        ):
            # Spreadsheets take this form for an instant; with a zone it would stay text.
            at = f"{row.at.astimezone(SAO_PAULO):%Y-%m-%d %H:%M:%S}"
            suppressed = "sim" if row.suppressed else "não"
            fields = [row.name, row.email, row.code, at]
            fields += [row.status or "", row.detail, suppressed]
            yield csv_line(fields, delimiter=delimiter)


async def _settle(database: Database, notice: Notice) -> Settled:
    if notice.kind in {Kind.DELIVERED, Kind.AUTOMATIC}:
        return Settled(outcome=BounceOutcome.IGNORED)
    async with database.transaction() as connection:
        found = await _find(connection, notice)
        if found is None or notice.kind is Kind.UNKNOWN:
            return Settled(outcome=BounceOutcome.UNKNOWN)
        mail, billing = found
        debt_id = mail.debt_id
        if notice.kind is Kind.DELAYED:
            return Settled(outcome=BounceOutcome.DELAYED, debt_id=debt_id)
        if mail.message < billing["message"]:
            # It was sent again since, and of that mail this tells nothing.
            return Settled(outcome=BounceOutcome.REPEATED, debt_id=debt_id)
        return await _write_down(connection, notice, debt_id, billing)


async def _write_down(
    connection: Connection, notice: Notice, debt_id: UUID, billing: dict[str, Any]
) -> Settled:
    # An address that ours was forwarded to may be dead without ours being so.
    suppress = notice.hard and _concerns(notice, billing["email"])
    new = await repository.add_bounce(
        connection, billing, suppressed=suppress, status=notice.status, detail=notice.detail
    )
    if suppress:
        reason = f"Bounced: {notice.status or ''} {notice.detail}".replace("  ", " ")
        await repository.add_suppressions(connection, {billing["id"]: reason})
    outcome = BounceOutcome.BOUNCED if new else BounceOutcome.REPEATED
    return Settled(outcome=outcome, debt_id=debt_id, suppressed=suppress)


async def _find(connection: Connection, notice: Notice) -> tuple[SentMail, dict[str, Any]] | None:
    """Return the mail and the billing that a message is about, if we sent such a mail."""
    debt_ids = list(dict.fromkeys(mail.debt_id for mail in notice.mails[:MAILS_MAX]))
    billings = await repository.find_handed_over(
        connection, debt_ids, rows_max=len(debt_ids) * _BILLINGS_MAX
    )
    for mail in notice.mails:
        for billing in billings:
            if billing["debt_id"] == mail.debt_id and _is_ours(mail, billing, notice):
                return mail, billing
    return None


def _is_ours(mail: SentMail, billing: dict[str, Any], notice: Notice) -> bool:
    """Tell whether a mail is this billing's; an envelope id alone needs the address beside it."""
    if mail.domain is None:
        return bool(notice.recipients) and _concerns(notice, billing["email"])
    return mail.domain == ascii_domain(billing["sender"].rpartition("@")[2]).lower()


def _concerns(notice: Notice, email: str) -> bool:
    return not notice.recipients or email.lower() in notice.recipients
