"""Sets mails going again: that were given up, are uncertain, came back, or were lost by a payer.

The outcome that a mail had is not lost: it moves into the fact that says who wanted it sent again.
What was given up or is uncertain is the same message, with the same Message-ID; what was delivered
or came back, or goes to another address, is another one, with a number of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.domain.errors import Conflict, NotFound
from cobranca.domain.undelivered import BOUNCED
from cobranca.infra import clock
from cobranca.infra.telemetry import MailsSetAgain, emit
from cobranca.notifications import resend_repository as repository
from cobranca.notifications.account import tell
from cobranca.notifications.repository import find_upload
from cobranca.notifications.resend_repository import Chosen
from cobranca.notifications.schemas import Resent
from cobranca.pipeline.crashpoint import crashpoint

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from cobranca.infra.bus import Bus
    from cobranca.infra.db import Connection, Database
    from cobranca.notifications.rows import BatchRangeRow, DebtMailRow
    from cobranca.pipeline.second_copies import CopySlip

    #: Reads a second copy in the transaction of the order.
    SlipOf = Callable[[Connection], Awaitable[CopySlip]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants sent again."""

    #: FAILED, UNCERTAIN, SENT, BOUNCED.
    states: Sequence[str]
    #: Who asks, as the API knows them.
    asked_by: str
    reason: str | None
    #: Addresses that a server has refused for good are written to again, too.
    suppressed_too: bool
    #: Only whose outcome is no newer than this.
    until: datetime | None = None

    def chosen(self, billing_ids: Sequence[int] | None) -> Chosen:
        """Return which mails of a batch are meant: all, or some."""
        return Chosen(states=self.states, billing_ids=billing_ids, until=self.until)


async def resend_upload(
    database: Database, bus: Bus, *, beneficiary_id: int, public_id: UUID, wish: Wish
) -> Resent:
    """Set the mails of a file going again whose state is wished for.

    Each batch is a transaction of its own: what is cut off goes on when it is asked for again.

    Raises:
        NotFound: the beneficiary has no such upload.
        Conflict: it was removed.
    """
    async with database.transaction() as connection:
        upload = await find_upload(connection, beneficiary_id=beneficiary_id, public_id=public_id)
    if upload is None:
        raise NotFound(f"There is no upload {public_id}")
    if upload.removed_at is not None:
        raise Conflict("This upload was removed: nothing of it is sent any more")
    mails = suppressed = after = 0
    while True:
        async with database.transaction() as connection:
            batch = await repository.find_unsent(
                connection, upload_id=upload.id, states=wish.states, after=after
            )
            if batch is None:
                break
            left, again = await set_batch_again(connection, batch, wish, None)
        mails, suppressed, after = mails + len(again), suppressed + left, batch.id
        await publish(bus, 1 if again else 0)
    emit(MailsSetAgain(upload_id=upload.id, mails=mails))
    return Resent(mails=mails, suppressed=suppressed)


async def resend_billing(
    database: Database,
    bus: Bus,
    *,
    beneficiary_id: int,
    debt_id: UUID,
    wish: Wish,
    email: str | None = None,
    slip_of: SlipOf | None = None,
) -> Resent:
    """Set the mail of one billing going again, to another address where one is given.

    Args:
        database: where the facts are.
        bus: tells notifiers.
        beneficiary_id: whose billing it is.
        debt_id: of the billing; its newest issue is meant.
        wish: who wants it, and from which states.
        email: the address that the billing has from now on.
        slip_of: gives the second copy that the mail is to carry; it may raise.

    Raises:
        NotFound: the beneficiary has no such billing.
        Conflict: it was removed or erased, or its mail is in another state, not written yet, or
            was sent again meanwhile.
    """
    async with database.transaction() as connection:
        billing = await _lock(connection, beneficiary_id, debt_id, email)
        _refuse(billing, wish)
        slip = await slip_of(connection) if slip_of is not None else None
        if slip is None:
            _refuse_old_copy(billing)
        if billing.suppressed and not wish.suppressed_too:
            return Resent(mails=0, suppressed=1)
        new = email if email != billing.email else None
        if new is not None:
            await repository.readdress(connection, billing_id=billing.id, email=new)
        batches = await repository.find_batches_of(connection, [billing.id])
        mails = 0
        for batch in batches:
            _, again = await set_batch_again(
                connection, batch, wish, [billing.id], email=new, slip=slip
            )
            mails += len(again)
    await publish(bus, len(batches))
    emit(MailsSetAgain(upload_id=billing.upload_id, mails=mails))
    return Resent(mails=mails, suppressed=0)


async def publish(bus: Bus, batches: int) -> None:
    """Wake notifiers, after the commit."""
    crashpoint("mails-set-again")
    await tell(bus, batches)


async def set_batch_again(
    connection: Connection,
    batch: BatchRangeRow,
    wish: Wish,
    billing_ids: Sequence[int] | None,
    *,
    email: str | None = None,
    slip: CopySlip | None = None,
) -> tuple[int, list[int]]:
    """Set mails of a locked batch going again; return how many stay suppressed, and which go."""
    chosen = wish.chosen(billing_ids)
    left = 0
    if wish.suppressed_too:
        await repository.allow_addresses(connection, batch, chosen)
    else:
        left = await repository.count_suppressed(connection, batch, chosen)
    again = await repository.set_mails_again(
        connection,
        batch,
        chosen,
        asked_by=wish.asked_by,
        reason=wish.reason,
        email=email,
        slip=slip,
    )
    return left, again


async def _lock(
    connection: Connection, beneficiary_id: int, debt_id: UUID, email: str | None
) -> DebtMailRow:
    """Return a debt's mail as it is while its batch is locked: of two calls one is first."""
    billing = await _find(connection, beneficiary_id, debt_id, email)
    await repository.find_batches_of(connection, [billing.id])
    return await _find(connection, beneficiary_id, debt_id, email)


async def _find(
    connection: Connection, beneficiary_id: int, debt_id: UUID, email: str | None
) -> DebtMailRow:
    billing = await repository.find_billing_of_debt(
        connection, beneficiary_id=beneficiary_id, debt_id=debt_id, email=email
    )
    if billing is None:
        raise NotFound(f"There is no billing {debt_id}")
    return billing


def _refuse_old_copy(billing: DebtMailRow) -> None:
    """Let nobody send a second copy again whose day has passed."""
    if billing.pays_on is not None and billing.pays_on < clock.today():
        day = f"The mail about this billing carries the second copy for {billing.pays_on}"
        raise Conflict(f"{day}, which has passed: order one for another day")


def _refuse(billing: DebtMailRow, wish: Wish) -> None:
    if billing.removed:
        raise Conflict("This billing was removed: nothing of it is sent any more")
    if billing.erased:
        raise Conflict("The payer of this billing was erased: nobody is written to about it")
    if billing.state == "SENT" and billing.mail == "simulate":
        raise Conflict("The mails of this file are simulated: there is none to be sent again")
    is_meant = billing.state in wish.states or (BOUNCED in wish.states and billing.bounced)
    if billing.at is None or not is_meant:
        states = " or ".join(sorted(wish.states))
        raise Conflict(f"The mail about this billing is not {states}")
    if wish.until is not None and billing.at > wish.until:
        raise Conflict("The mail about this billing was sent again meanwhile; look at it first")
