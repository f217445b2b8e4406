"""The SQL of checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from cobranca.infra.settings import MailMode

QUERIES = load_queries("cobranca.uploads.checks")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """A file that was read, how, and what was found."""

    public_id: UUID
    name: str
    sha256: bytes
    size_bytes: int
    storage_path: str
    mail: MailMode
    options: dict[str, Any]
    result: dict[str, Any]
    #: The upload that it was started as.
    started_upload: UUID | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """What a list tells of a check that was not started."""

    id: int
    public_id: UUID
    name: str
    size_bytes: int
    mail: MailMode
    created_at: datetime
    records: int
    accepted: int
    rejected: int
    duplicates: int
    amount_cents: int
    #: Why its file cannot be read as it is.
    refusal: str | None


async def add_check(
    connection: Connection,
    *,
    beneficiary_id: int,
    name: str,
    sha256: bytes,
    size_bytes: int,
    storage_path: str,
    mail: MailMode,
    options: dict[str, Any],
    result: dict[str, Any],
) -> CheckRow:
    """Add a check and return it."""
    row = await fetch_one(
        connection,
        QUERIES["add_check"],
        row=CheckRow,
        beneficiary_id=beneficiary_id,
        name=name,
        sha256=sha256,
        size_bytes=size_bytes,
        storage_path=storage_path,
        mail=mail,
        options=Jsonb(_without_nul(options)),
        result=Jsonb(_without_nul(result)),
    )
    if row is None:
        raise LookupError("add_check")
    return row


async def find_check(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> CheckRow | None:
    """Return a check that has not had its day."""
    return await fetch_one(
        connection,
        QUERIES["find_check"],
        row=CheckRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


async def list_checks(
    connection: Connection, *, beneficiary_id: int, before: int | None, rows_max: int
) -> list[WaitingRow]:
    """Return the newest checks that wait to be started, older than the one of `before`."""
    return await fetch_all(
        connection,
        QUERIES["list_checks"],
        row=WaitingRow,
        beneficiary_id=beneficiary_id,
        before=before,
        rows_max=rows_max,
    )


async def find_repeated(
    connection: Connection, *, beneficiary_id: int, sha256: bytes
) -> UUID | None:
    """Return the upload that a start would repeat: the same bytes, read in the same way."""
    row = await fetch_one(
        connection, QUERIES["find_repeated"], beneficiary_id=beneficiary_id, sha256=sha256
    )
    return None if row is None else row["public_id"]


async def read_again(
    connection: Connection,
    *,
    beneficiary_id: int,
    public_id: UUID,
    options: dict[str, Any],
    result: dict[str, Any],
) -> CheckRow | None:
    """Write down how a check was read now; None when it is gone, or was started meanwhile."""
    return await fetch_one(
        connection,
        QUERIES["read_again"],
        row=CheckRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
        options=Jsonb(_without_nul(options)),
        result=Jsonb(_without_nul(result)),
    )


async def note_start(
    connection: Connection, *, beneficiary_id: int, public_id: UUID, upload: UUID
) -> None:
    """Write down as which upload a check was started."""
    what = {"beneficiary_id": beneficiary_id, "public_id": public_id, "upload": upload}
    await connection.execute(QUERIES["note_start"], what)


async def delete_check(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> str | None:
    """Delete a check and return where its file is kept; None when there is no such check."""
    row = await fetch_one(
        connection,
        QUERIES["delete_check"],
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )
    return None if row is None else row["storage_path"]


async def delete_expired_checks(connection: Connection, *, rows_max: int) -> list[str]:
    """Delete the next checks that have had their day; return where their files are kept."""
    rows = await fetch_all(connection, QUERIES["delete_expired_checks"], rows_max=rows_max)
    return [row["storage_path"] for row in rows]


async def remember_mapping(
    connection: Connection,
    *,
    beneficiary_id: int,
    header_sha256: bytes,
    positions: dict[str, int],
) -> None:
    """Remember how the columns below a header are meant; forget it when nothing is said."""
    what = {"beneficiary_id": beneficiary_id, "header_sha256": header_sha256}
    if positions:
        remembered = what | {"positions": Jsonb(positions)}
        await connection.execute(QUERIES["remember_mapping"], remembered)
    else:
        await connection.execute(QUERIES["forget_mapping"], what)


def _without_nul(value: Any) -> Any:
    """Show a zero byte, which no text of the database holds, as a question mark."""
    if isinstance(value, str):
        return value.replace("\0", "?")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list | tuple):
        return [_without_nul(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value
