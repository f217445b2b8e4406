"""Sets mails going again that were given up or are uncertain, because a person wants it.

The outcome that a mail had is not lost: it moves into the fact that says who wanted it sent again.
The mail is the same message, with the same Message-ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.domain.errors import Conflict, NotFound
from cobranca.domain.mail_reply import State
from cobranca.infra.telemetry import MailsSetAgain, emit
from cobranca.notifications import account_repository as repository
from cobranca.notifications.account import tell
from cobranca.notifications.repository import find_upload
from cobranca.notifications.schemas import Resent
from cobranca.pipeline.crashpoint import crashpoint

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from cobranca.infra.bus import Bus
    from cobranca.infra.db import Connection, Database
    from cobranca.notifications.rows import BatchRangeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants sent again."""

    states: Collection[State]
    #: Who asks, as the API knows them.
    asked_by: str
    reason: str | None
    #: Addresses that a server has refused for good are written to again, too.
    suppressed_too: bool


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
                connection, upload_id=upload.id, states=list(wish.states), after=after
            )
            if batch is None:
                break
            suppressed += await _suppressed(connection, batch, wish)
            again = await _set_again(connection, batch, wish, None)
        mails, after = mails + again, batch.id
        await _publish(bus, 1 if again else 0)
    emit(MailsSetAgain(upload_id=upload.id, mails=mails))
    return Resent(mails=mails, suppressed=suppressed)


async def resend_billing(
    database: Database, bus: Bus, *, beneficiary_id: int, debt_id: UUID, wish: Wish
) -> Resent:
    """Set the mail of one billing going again.

    Raises:
        NotFound: the beneficiary has no such billing.
        Conflict: it was removed, or its mail is in another state: sent, or not written yet.
    """
    async with database.transaction() as connection:
        billing = await repository.find_billing_of_debt(
            connection, beneficiary_id=beneficiary_id, debt_id=debt_id
        )
        if billing is None:
            raise NotFound(f"There is no billing {debt_id}")
        if billing.removed:
            raise Conflict("This billing was removed: nothing of it is sent any more")
        if billing.state not in wish.states:
            states = " or ".join(sorted(wish.states))
            raise Conflict(f"The mail about this billing is not {states}")
        if billing.suppressed and not wish.suppressed_too:
            return Resent(mails=0, suppressed=1)
        batches = await repository.find_batches_of(connection, [billing.id])
        mails = 0
        for batch in batches:
            mails += await _set_again(connection, batch, wish, [billing.id])
    await _publish(bus, len(batches))
    emit(MailsSetAgain(upload_id=billing.upload_id, mails=mails))
    return Resent(mails=mails, suppressed=0)


async def _publish(bus: Bus, batches: int) -> None:
    """Wake notifiers, after the commit."""
    crashpoint("mails-set-again")
    await tell(bus, batches)


async def _suppressed(connection: Connection, batch: BatchRangeRow, wish: Wish) -> int:
    if wish.suppressed_too:
        return 0
    return await repository.count_suppressed(connection, batch, list(wish.states))


async def _set_again(
    connection: Connection, batch: BatchRangeRow, wish: Wish, billing_ids: Sequence[int] | None
) -> int:
    if wish.suppressed_too:
        await repository.allow_addresses(connection, batch, list(wish.states), billing_ids)
    return await repository.set_mails_again(
        connection,
        batch,
        list(wish.states),
        billing_ids,
        asked_by=wish.asked_by,
        reason=wish.reason,
    )
