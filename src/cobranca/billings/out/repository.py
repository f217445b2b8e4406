"""The SQL of what goes out: billings of a batch in columns, and where their PDFs lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple
from uuid import UUID

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.billings.listing.walk import Found

QUERIES = load_queries("cobranca.billings.out")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsRow:
    """Billings of one batch in columns, as `columns_of` reads them."""

    billings: int
    fixed: bytes | None
    barcodes: str | None
    codes: str | None
    names: str | None
    tax_ids: str | None
    emails: str | None
    details: str | None


class SlipRow(NamedTuple):
    """A billing with a slip; a tuple, for it is read by the thousand."""

    id: int
    debt_id: UUID
    name: str
    tax_id: str
    amount_cents: int
    due_date: date
    our_number: int
    barcode: str
    pdf_offset: int
    pdf_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutSlipRow:
    """A billing that has no slip, by the debt's code, and why."""

    code: str
    why: Literal["CANCELLED", "NOT_ISSUED", "NO_PDF"]


async def read_columns(connection: Connection, found: Found, *, beneficiary_id: int) -> ColumnsRow:
    """Return the found billings of a batch in columns, by id."""
    row = await fetch_one(
        connection,
        QUERIES["read_columns"],
        row=ColumnsRow,
        beneficiary_id=beneficiary_id,
        upload_id=found.batch.upload_id,
        first_id=found.batch.first_billing_id,
        last_id=found.batch.last_billing_id,
        billing_ids=found.billing_ids,
    )
    if row is None:
        raise LookupError("an aggregate always has a row")
    return row


async def list_files(
    connection: Connection, *, beneficiary_id: int, upload_ids: Sequence[int]
) -> dict[int, str]:
    """Return the names of files by inner id."""
    rows = await fetch_all(
        connection,
        QUERIES["list_files"],
        beneficiary_id=beneficiary_id,
        upload_ids=list(upload_ids),
    )
    return {row["id"]: row["name"] for row in rows}


async def list_slips(connection: Connection, found: Found, *, beneficiary_id: int) -> list[SlipRow]:
    """Return those of the found billings of a batch that have a slip, by id."""
    return await fetch_all(
        connection,
        QUERIES["list_slips"],
        row=SlipRow,
        beneficiary_id=beneficiary_id,
        upload_id=found.batch.upload_id,
        first_id=found.batch.first_billing_id,
        last_id=found.batch.last_billing_id,
        billing_ids=found.billing_ids,
    )


async def list_without_slip(
    connection: Connection, found: Found, *, beneficiary_id: int, rows_max: int
) -> list[WithoutSlipRow]:
    """Return the first of the found billings of a batch that have no slip, by id."""
    return await fetch_all(
        connection,
        QUERIES["list_without_slip"],
        row=WithoutSlipRow,
        beneficiary_id=beneficiary_id,
        upload_id=found.batch.upload_id,
        first_id=found.batch.first_billing_id,
        last_id=found.batch.last_billing_id,
        billing_ids=found.billing_ids,
        rows_max=rows_max,
    )


async def count_series(connection: Connection, *, beneficiary_id: int) -> int:
    """Return how many series of our numbers a beneficiary has."""
    row = await fetch_one(connection, QUERIES["count_series"], beneficiary_id=beneficiary_id)
    return row["series"] if row else 0
