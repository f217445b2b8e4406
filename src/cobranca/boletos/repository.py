"""The boletos' SQL: numbers taken, billings read as packed arrays, facts written by COPY."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cobranca.domain.errors import OurNumbersExhausted
from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.pipeline.slips import PayerRow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from numpy.typing import NDArray

    from cobranca.pipeline.batch import Batch

QUERIES = load_queries("cobranca.boletos")

_AMOUNT = np.dtype([("id", ">i8"), ("cents", ">i8"), ("due", ">i4"), ("removed", "?")])
#: Day zero of PostgreSQL's dates.
_EPOCH = np.datetime64("2000-01-01", "D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What the numbers of a batch are made from; arrays of one length, by billing id."""

    billing_ids: NDArray[np.int64]
    amount_cents: NDArray[np.int64]
    due_dates: NDArray[np.datetime64]
    removed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersRow:
    """A block of our numbers: its series' id, and its first."""

    id: int
    first_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfRow:
    """Where a billing's PDF lies in its batch's file."""

    pdf_offset: int
    pdf_length: int
    object_path: str


async def take_our_numbers(
    connection: Connection,
    batch: Batch,
    *,
    series: str,
    first_number: int,
    last_number: int,
    issued_on: date,
) -> tuple[int, int]:
    """Tie a block of `batch.total` our numbers to the batch; return the series and the first.

    Raises:
        OurNumbersExhausted: the range has not so many left.
    """
    wanted = {
        "beneficiary_id": batch.beneficiary_id,
        "series": series,
        "first_number": first_number,
    }
    await connection.execute(QUERIES["ensure_series"], wanted)
    row = await fetch_one(
        connection,
        QUERIES["take_our_numbers"],
        row=NumbersRow,
        **wanted,
        last_number=last_number,
        count=batch.total,
    )
    if row is None:
        raise OurNumbersExhausted(
            f"The range of our numbers of series {series} has fewer than {batch.total} left:"
            " set a new range in COBRANCA_BENEFICIARY__OUR_NUMBER_FIRST and _LAST"
        )
    await connection.execute(
        QUERIES["give_batch_its_numbers"],
        {
            "batch_id": batch.id,
            "series_id": row.id,
            "first_our_number": row.first_number,
            "issued_on": issued_on,
        },
    )
    return row.id, row.first_number


async def read_amounts(connection: Connection, batch: Batch) -> Amounts:
    """Return ids, cents and due dates of the batch's billings."""
    row = await fetch_one(
        connection,
        QUERIES["read_amounts"],
        first_id=batch.first_billing_id,
        last_id=batch.last_billing_id,
    )
    packed = np.frombuffer((row["packed"] if row else None) or b"", dtype=_AMOUNT)
    return Amounts(
        billing_ids=packed["id"].astype(np.int64),
        amount_cents=packed["cents"].astype(np.int64),
        due_dates=_EPOCH + packed["due"].astype(np.int64),
        removed=packed["removed"].astype(np.bool_),
    )


async def read_payers(connection: Connection, batch: Batch) -> list[PayerRow]:
    """Return debt id, name, tax id and e-mail of the batch's billings, by id."""
    return await fetch_all(
        connection,
        QUERIES["read_payers"],
        row=PayerRow,
        first_id=batch.first_billing_id,
        last_id=batch.last_billing_id,
    )


async def copy_boletos(connection: Connection, chunks: Iterable[bytes], *, with_pdf: bool) -> None:
    """Write boletos by binary COPY, with or without the place of their PDFs."""
    query = QUERIES["copy_boletos_with_pdf" if with_pdf else "copy_boletos"]
    async with connection.cursor().copy(query) as copy:
        for chunk in chunks:
            await copy.write(chunk)


async def note_issued(
    connection: Connection, batch: Batch, *, issued: int, object_path: str | None
) -> None:
    """Count what was issued of a batch, and where its PDFs lie. The caller has locked its work."""
    await connection.execute(
        QUERIES["note_issued"],
        {"batch_id": batch.id, "issued": issued, "object_path": object_path},
    )


async def find_pdf(connection: Connection, *, beneficiary_id: int, debt_id: UUID) -> PdfRow | None:
    """Return where a billing's PDF lies, or None when it has none."""
    return await fetch_one(
        connection,
        QUERIES["find_pdf"],
        row=PdfRow,
        beneficiary_id=beneficiary_id,
        debt_id=debt_id,
    )
