"""SQL of titles that their bank refused, and of the wish to enter them again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from cobranca.domain.address import Address
from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

QUERIES = load_queries("cobranca.remittances.refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtRow:
    """The newest billing of a debt."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A title that was refused, with the last wish to enter it again."""

    id: int
    debt_id: UUID
    code: str
    name: str
    amount_cents: int
    due_date: date
    upload_id: UUID
    at: datetime
    reasons: list[str]
    recorded_at: datetime
    bank: str | None
    layout: int | None
    occurrence: str | None
    mended: bool
    street: str | None
    street_number: str | None
    complement: str | None
    district: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    movement: int | None
    asked_at: datetime | None
    remittance_id: UUID | None
    sent_at: datetime | None

    @property
    def address(self) -> Address:
        """Return the address as the next entry has it."""
        return Address.of(self)


async def list_refused(
    connection: Connection, *, beneficiary_id: int, after: int, rows_max: int
) -> list[RefusedRow]:
    """Return titles that were refused, by id."""
    return await fetch_all(
        connection,
        QUERIES["list_refused"],
        row=RefusedRow,
        beneficiary_id=beneficiary_id,
        after=after,
        rows_max=rows_max,
    )


async def find_debt(
    connection: Connection, *, beneficiary_id: int, debt_id: UUID
) -> DebtRow | None:
    """Return a debt's newest billing."""
    return await fetch_one(
        connection,
        QUERIES["find_debt"],
        row=DebtRow,
        beneficiary_id=beneficiary_id,
        debt_id=debt_id,
    )


async def add_resend(
    connection: Connection,
    *,
    billing_id: int,
    movement: int,
    asked_by: str,
    address: Address | None,
) -> None:
    """Note that a title is to be entered again; another who was faster has noted it too."""
    parts = asdict(address) if address else dict.fromkeys(asdict(Address()))
    values = {"billing_id": billing_id, "movement": movement, "asked_by": asked_by, **parts}
    await connection.execute(QUERIES["add_resend"], values)
