"""The SQL of the search: what fills it, and what finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.pipeline import payer_links

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from cobranca.domain.boleto.written import WrittenSequence

QUERIES = load_queries("cobranca.billings.search")

#: Batches that are made searchable in one transaction: some 100,000 billings, a second or two.
_BATCHES_MAX: Final = 25
#: Files that are planned at once.
_UPLOADS_MAX: Final = 50
#: No search takes longer.
_TIMEOUT_MS: Final = 2000
#: A word is found by its beginning from so many letters on: fewer would be half of all names.
_PREFIX_MIN: Final = 3
_WORDS_MAX: Final = 12
#: Accounts that a number is looked for in.
_PROFILES_MAX: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerRow:
    """One writing of a payer: tax id, name and e-mail as some file has them."""

    id: int
    #: By which it is named outside.
    fingerprint: UUID
    tax_id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """An account that boletos were issued from, as it was then."""

    id: int
    content: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSum:
    """The billings of a status."""

    status: str
    billings: int
    amount_cents: int


async def plan_uploads(connection: Connection, *, patience_s: float) -> list[int]:
    """Note files that are to be made searchable; return their ids."""
    rows = await fetch_all(
        connection, QUERIES["plan_uploads"], patience_s=patience_s, rows_max=_UPLOADS_MAX
    )
    return [row["upload_id"] for row in rows]


async def index_next(connection: Connection, *, upload_id: int) -> bool:
    """Make the next batches of a file searchable; False when there is none left."""
    rows = await fetch_all(
        connection,
        QUERIES["find_next_batches"],
        upload_id=upload_id,
        batches_max=_BATCHES_MAX,
    )
    batch_ids = [row["id"] for row in rows]
    if not batch_ids:
        return False
    await payer_links.hold(connection)
    await connection.execute(QUERIES["add_payers"], {"batch_ids": batch_ids})
    await connection.execute(QUERIES["link_payers"], {"batch_ids": batch_ids})
    await connection.execute(QUERIES["note_due_dates"], {"batch_ids": batch_ids})
    await connection.execute(
        QUERIES["note_progress"], {"upload_id": upload_id, "last_batch_id": batch_ids[-1]}
    )
    return True


async def note_done(connection: Connection, *, upload_id: int) -> None:
    """Note that a file is searchable whole."""
    await connection.execute(QUERIES["tidy_names"])
    await connection.execute(QUERIES["note_done"], {"upload_id": upload_id})


async def count_pending(connection: Connection, *, beneficiary_id: int) -> int:
    """Return how many files the search does not know whole yet."""
    row = await fetch_one(connection, QUERIES["count_pending"], beneficiary_id=beneficiary_id)
    return row["uploads"] if row else 0


async def bound_search(connection: Connection) -> None:
    """Bound the time of every statement of this transaction."""
    await connection.execute(QUERIES["bound_search"], {"timeout_ms": str(_TIMEOUT_MS)})


async def find_by_tax_id(
    connection: Connection, *, beneficiary_id: int, tax_id: str, rows_max: int
) -> list[PayerRow]:
    """Return the writings of one person."""
    return await fetch_all(
        connection,
        QUERIES["find_by_tax_id"],
        row=PayerRow,
        beneficiary_id=beneficiary_id,
        tax_id=tax_id,
        rows_max=rows_max,
    )


async def find_by_email(
    connection: Connection, *, beneficiary_id: int, email: str, rows_max: int
) -> list[PayerRow]:
    """Return who is written to at an address, in any case of its letters."""
    return await fetch_all(
        connection,
        QUERIES["find_by_email"],
        row=PayerRow,
        beneficiary_id=beneficiary_id,
        email=email,
        rows_max=rows_max,
    )


async def find_by_name(
    connection: Connection, *, beneficiary_id: int, text: str, rows_max: int
) -> list[PayerRow]:
    """Return whose name has all of these words, in any order, the last one by its beginning."""
    row = await fetch_one(
        connection,
        QUERIES["write_name_query"],
        text=text,
        prefix_min=_PREFIX_MIN,
        words_max=_WORDS_MAX,
    )
    if row is None or row["query"] is None:
        return []
    return await fetch_all(
        connection,
        QUERIES["find_by_name"],
        row=PayerRow,
        beneficiary_id=beneficiary_id,
        words=row["query"],
        rows_max=rows_max,
    )


async def find_payer(
    connection: Connection, *, beneficiary_id: int, fingerprint: UUID
) -> PayerRow | None:
    """Return the writing of a payer that is named outside."""
    return await fetch_one(
        connection,
        QUERIES["find_payer"],
        row=PayerRow,
        beneficiary_id=beneficiary_id,
        fingerprint=fingerprint,
    )


async def count_billings(
    connection: Connection, *, payers: Sequence[PayerRow], rows_max: int
) -> dict[str, int]:
    """Return how many billings each person has, by tax id, up to `rows_max`."""
    rows = await fetch_all(
        connection,
        QUERIES["count_billings"],
        payer_ids=[payer.id for payer in payers],
        tax_ids=[payer.tax_id for payer in payers],
        rows_max=rows_max,
    )
    return {row["tax_id"]: row["billings"] for row in rows}


async def list_of_payers(
    connection: Connection, *, payer_ids: Sequence[int], before: int, rows_max: int
) -> list[int]:
    """Return ids of the next billings of these writings, newest first."""
    rows = await fetch_all(
        connection,
        QUERIES["list_of_payers"],
        payer_ids=list(payer_ids),
        before=before,
        rows_max=rows_max,
    )
    return [row["id"] for row in rows]


async def sum_of_payers(
    connection: Connection, *, beneficiary_id: int, payer_ids: Sequence[int], rows_max: int
) -> list[StatusSum]:
    """Return counts and sums by status of the newest `rows_max` billings of these writings."""
    return await fetch_all(
        connection,
        QUERIES["sum_of_payers"],
        row=StatusSum,
        beneficiary_id=beneficiary_id,
        payer_ids=list(payer_ids),
        rows_max=rows_max,
    )


async def list_profiles(connection: Connection, *, beneficiary_id: int) -> list[ProfileRow]:
    """Return the newest accounts of a beneficiary."""
    return await fetch_all(
        connection,
        QUERIES["list_profiles"],
        row=ProfileRow,
        beneficiary_id=beneficiary_id,
        rows_max=_PROFILES_MAX,
    )


async def find_by_our_number(
    connection: Connection,
    *,
    beneficiary_id: int,
    meant: Sequence[tuple[str, WrittenSequence]],
    barcode: str | None,
    rows_max: int,
) -> list[int]:
    """Return ids of billings by the series and the number in it; of one barcode, where given."""
    rows = await fetch_all(
        connection,
        QUERIES["find_by_our_number"],
        beneficiary_id=beneficiary_id,
        series=[series for series, _ in meant],
        our_numbers=[written.number for _, written in meant],
        barcode=barcode,
        rows_max=rows_max,
    )
    return [row["id"] for row in rows]


async def find_by_debt(
    connection: Connection, *, beneficiary_id: int, debt_id: UUID, rows_max: int
) -> list[int]:
    """Return ids of a debt's billings, the newest issue first."""
    rows = await fetch_all(
        connection,
        QUERIES["find_by_debt"],
        beneficiary_id=beneficiary_id,
        debt_id=debt_id,
        rows_max=rows_max,
    )
    return [row["id"] for row in rows]
