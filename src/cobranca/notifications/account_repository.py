"""The SQL of the sending account, and of batches whose mails go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.domain.mail_brake import Answers
from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.notifications.rows import HeldBatchRow
from cobranca.pipeline import groups

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cobranca.notifications.rows import BatchRangeRow

QUERIES = load_queries("cobranca.notifications")

#: What writing to payers is called as a kind of work.
KIND = "notify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why mails of an account wait, and until when; without an end, for a person."""

    #: QUOTA, ACCOUNT or BRAKE.
    cause: str
    reason: str
    held_at: datetime
    held_until: datetime | None
    #: How long that is, by the database's clock.
    waits_s: float | None


async def register_account(connection: Connection, account: str, settings: bytes) -> bool:
    """Write down what an account is used with; with other settings it is held no more.

    Returns:
        Whether it was held until now.
    """
    known = await fetch_one(connection, QUERIES["lock_account"], account=account)
    await connection.execute(
        QUERIES["register_account"], {"account": account, "settings": settings}
    )
    return known is not None and known["cause"] is not None and known["settings"] != settings


async def find_hold(connection: Connection, account: str) -> Hold | None:
    """Return why an account's mails wait now, if they do."""
    return await fetch_one(connection, QUERIES["find_hold"], row=Hold, account=account)


async def list_holds(connection: Connection) -> list[Hold]:
    """Return the holds of all accounts, the oldest first."""
    return await fetch_all(connection, QUERIES["list_holds"], row=Hold)


async def lock_answers(
    connection: Connection, account: str, settings: bytes
) -> tuple[Answers, str | None]:
    """Return an account's last answers and the cause of its hold; locked until the end.

    A database that was restored may not know the account: then its row is made.
    """
    row = await fetch_one(connection, QUERIES["lock_account"], account=account)
    if row is None:
        await register_account(connection, account, settings)
        return Answers(), None
    answers = Answers(recent=row["recent"], refused_ids=tuple(row["refused_ids"]))
    return answers, row["cause"]


async def note_answers(connection: Connection, account: str, answers: Answers) -> None:
    """Write the last answers of an account down, which the caller has locked."""
    await connection.execute(
        QUERIES["note_answers"],
        {
            "account": account,
            "recent": answers.recent,
            "refused_ids": list(answers.refused_ids),
        },
    )


async def hold_account(
    connection: Connection, account: str, *, cause: str, reason: str, hold_s: float | None
) -> bool:
    """Hold an account's mails, for a time or for a person; False when it waits for one already."""
    row = await fetch_one(
        connection,
        QUERIES["hold_account"],
        account=account,
        cause=cause,
        reason=reason[:500],
        hold_s=hold_s,
    )
    return row is not None


async def release_accounts(connection: Connection, *, rows_max: int) -> list[HeldBatchRow]:
    """End every hold; return the batches that go on, at most `rows_max` of them."""
    await connection.execute(QUERIES["release_accounts"])
    batches = await fetch_all(
        connection, QUERIES["take_held_batches"], row=HeldBatchRow, rows_max=rows_max
    )
    await set_going(connection, batches)
    return batches


async def set_going(
    connection: Connection, batches: Sequence[HeldBatchRow | BatchRangeRow]
) -> None:
    """Let batches be written to again, of files that have not ended then."""
    if batches:
        await groups.restart(connection, KIND, [batch.id for batch in batches])
        upload_ids = list({batch.upload_id for batch in batches})
        await connection.execute(QUERIES["reopen_uploads"], {"upload_ids": upload_ids})
