"""The SQL of rejects that are mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cobranca.infra.db import Connection, fetch_all, fetch_one, stream_rows
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime
    from uuid import UUID

    from cobranca.infra.settings import MailMode

QUERIES = load_queries("cobranca.uploads.rejects")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedRow:
    """A file whose rejects are mended."""

    id: int
    public_id: UUID
    name: str
    mail: MailMode
    delimiter: str
    positions: list[int]
    read_as: dict[str, Any] | None
    corrects: int | None
    removed_at: datetime | None
    rejected: int
    rejects_mended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """One reason, with how many rejects in the open have it, and their money."""

    code: str
    column_name: str
    rejects: int
    amount_cents: int
    #: Of how many the amount can be read.
    with_amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReject:
    """A reject that nobody has mended yet."""

    line_number: int
    column_name: str
    code: str
    message: str
    #: As it stood in the file.
    raw: str
    #: As it was sent last, where that has failed too.
    edited: str | None
    amount_cents: int

    @property
    def standing(self) -> str:
        """The record as it stands."""
        return self.raw if self.edited is None else self.edited


async def find_corrected(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> CorrectedRow | None:
    """Return a file of a beneficiary."""
    return await fetch_one(
        connection,
        QUERIES["find_corrected"],
        row=CorrectedRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


async def count_reasons(connection: Connection, *, upload_id: int) -> list[ReasonRow]:
    """Return the reasons of what is in the open, the most frequent first."""
    return await fetch_all(connection, QUERIES["count_reasons"], row=ReasonRow, upload_id=upload_id)


async def list_rejects(
    connection: Connection, *, upload_id: int, code: str | None, after: int, rows_max: int
) -> list[OpenReject]:
    """Return the next rejects in the open behind a line; of one reason, when it is given."""
    return await fetch_all(
        connection,
        QUERIES["list_rejects"],
        row=OpenReject,
        upload_id=upload_id,
        code=code,
        after=after,
        rows_max=rows_max,
    )


async def find_rejects(
    connection: Connection, *, upload_id: int, lines: list[int]
) -> list[dict[str, Any]]:
    """Return the rejects of some lines, mended or not."""
    return await fetch_all(connection, QUERIES["find_rejects"], upload_id=upload_id, lines=lines)


def stream_open_rejects(connection: Connection, *, upload_id: int) -> AsyncIterator[OpenReject]:
    """Yield all rejects in the open by line, without holding them all."""
    return stream_rows(
        connection, QUERIES["stream_open_rejects"], row=OpenReject, upload_id=upload_id
    )
