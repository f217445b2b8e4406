"""The work on a beneficiary's suspense: posts what has found its billing, and lays itself by.

It is judged as a return file is: our number, control and the amount of the title must agree, and
what another file may have told already waits for a person. It ends when nothing waits any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cobranca.domain.ledger import Teller
from cobranca.infra.telemetry import SuspenseMatched, emit
from cobranca.payments import repository as facts
from cobranca.payments.matching import look_up
from cobranca.payments.money.repository import end_suspense
from cobranca.payments.rematch import repository
from cobranca.payments.repetitions import ToldPayments
from cobranca.payments.rows import ToldPaymentRow
from cobranca.payments.settling import settle
from cobranca.payments.whose import ours_of
from cobranca.pipeline import lease

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cobranca.domain.boleto import Account
    from cobranca.infra.db import Connection
    from cobranca.infra.resources import Resources
    from cobranca.payments.rematch.repository import ToldRow, UnknownRow
    from cobranca.pipeline.lease import Work

#: Who has decided, and why, as the page shows it.
_BY: Final = "automatic"
_WHY: Final = "A cobrança apareceu depois."
_PAGE_ROWS: Final = 500
#: How long after a file was issued its money is found, at the latest.
_IDLE_S: Final = 15.0


async def match_suspense(resources: Resources, work: Work) -> None:
    """Look through a beneficiary's suspense, if something was issued since the last time."""
    beneficiary_id = work.subject_id
    async with resources.database.transaction() as connection:
        mark = await repository.read_mark(connection, beneficiary_id)
        search = await repository.find_search(connection, beneficiary_id)
    after, matched = 0, 0
    if search is not None and search.seen != mark:
        while True:
            last_id, found = await _match_page(resources, work, after)
            matched += found
            if last_id is None:
                break
            after = last_id
    if matched:
        emit(SuspenseMatched(beneficiary_id=beneficiary_id, matched=matched))
    await _end(resources, work, mark)


async def _match_page(resources: Resources, work: Work, after: int) -> tuple[int | None, int]:
    """Match the next money; return its last id, None at the end, and how many were matched."""
    beneficiary_id = work.subject_id
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        at = await facts.take_turn(connection, beneficiary_id)
        rows = await repository.list_unknown(
            connection, beneficiary_id=beneficiary_id, after=after, rows_max=_PAGE_ROWS
        )
        known = ours_of(resources.settings, await facts.list_accounts(connection, beneficiary_id))
        found = await _by_debt(connection, beneficiary_id, rows)
        for bank, accounts in known.accounts.items():
            theirs = [row for row in rows if row.bank == bank and row.our_number]
            found |= await _by_number(connection, beneficiary_id, accounts, theirs)
        found = await _without_repetitions(connection, rows, found)
        await _post(connection, rows, found, at)
    return (rows[-1].id if len(rows) == _PAGE_ROWS else None), len(found)


async def _end(resources: Resources, work: Work, mark: str) -> None:
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        await facts.take_turn(connection, work.subject_id)
        waits = await repository.list_unknown(
            connection, beneficiary_id=work.subject_id, after=0, rows_max=1
        )
        await repository.note_seen(connection, work.subject_id, mark)
        if waits:
            await lease.lay_by(connection, work, pause_s=_IDLE_S, reason=None)
        else:
            await lease.finish(connection, work)


async def _by_debt(
    connection: Connection, beneficiary_id: int, rows: Sequence[UnknownRow]
) -> dict[int, int]:
    """Give billings to what names its debt itself; by the money's id."""
    named = {row.id: row.debt_id for row in rows if row.teller != Teller.BANK and row.debt_id}
    if not named:
        return {}
    billings = await repository.find_debts(
        connection, beneficiary_id=beneficiary_id, debt_ids=set(named.values())
    )
    return {id_: billings[debt] for id_, debt in named.items() if debt in billings}


async def _by_number(
    connection: Connection,
    beneficiary_id: int,
    accounts: Sequence[Account],
    rows: Sequence[UnknownRow],
) -> dict[int, int]:
    """Give billings to what a bank told, where nothing speaks against it; by the money's id."""
    if not rows:
        return {}
    numbers = np.array([(row.our_number or "").encode() for row in rows], dtype=np.bytes_)
    titles = await look_up(connection, beneficiary_id, accounts, numbers)
    return {
        row.id: int(title["billing_id"])
        for row, title in zip(rows, titles, strict=True)
        if title["billing_id"] > 0
        and _agrees(row, cents=int(title["cents"]), debt_id=bytes(title["debt_id"]))
    }


def _agrees(row: UnknownRow, *, cents: int, debt_id: bytes) -> bool:
    """Whether control and amount are the billing's; the control says so of any amount."""
    if row.debt_id is not None:
        return row.debt_id.bytes == debt_id
    return not row.title_cents or row.title_cents == cents


async def _without_repetitions(
    connection: Connection, rows: Sequence[UnknownRow], found: Mapping[int, int]
) -> dict[int, int]:
    """Leave out what may have been told before: a person says what it is."""
    billing_ids = sorted(set(found.values()))
    before = await repository.find_told(connection, billing_ids) if found else ()
    told: dict[str, ToldPayments] = {}
    kept: dict[int, int] = {}
    for row in rows:
        billing_id = found.get(row.id)
        if billing_id is None:
            continue
        if row.teller == Teller.BANK:
            bank = row.bank or ""
            known = told.get(bank) or told.setdefault(bank, _told_before(bank, before))
            payment = _payment(billing_id, row)
            if known.repeats(payment, row.told_by):
                continue
            known.add(payment, row.told_by)
        kept[row.id] = billing_id
    return kept


def _told_before(bank: str, rows: Sequence[ToldRow]) -> ToldPayments:
    told = ToldPayments(bank)
    for row in rows:
        told.add(_payment(row.billing_id, row), row.told_by)
    return told


def _payment(billing_id: int, told: ToldRow | UnknownRow) -> ToldPaymentRow:
    return ToldPaymentRow(
        billing_id=billing_id,
        paid_cents=told.paid_cents,
        occurrence=told.occurrence or "",
        occurred_on=told.occurred_on,
        credited_on=told.credited_on,
        paid_at=told.paid_at or "",
    )


async def _post(
    connection: Connection, rows: Sequence[UnknownRow], found: Mapping[int, int], at: datetime
) -> None:
    for row in rows:
        billing_id = found.get(row.id)
        if billing_id is not None:
            await end_suspense(
                connection, suspense_id=row.id, billing_id=billing_id, ended_by=_BY, reason=_WHY
            )
            await facts.add_payment(connection, row.payment(billing_id, at))
    if found:
        await settle(connection, found.values())
