"""The SQL of one person's data; every query names the beneficiary whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.pipeline import payer_links

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from cobranca.privacy.person import Person

QUERIES = load_queries("cobranca.privacy")

#: What the encoding of an upload is called that is a workbook.
_WORKBOOKS = frozenset({"xlsx", "ods", "xls"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch with the range of its billings."""

    id: int
    first_billing_id: int
    last_billing_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingRow:
    """A billing of the person, with its boleto and the outcome of its mail."""

    id: int
    debt_id: UUID
    upload_id: int
    upload_public_id: UUID
    line_number: int
    name: str
    tax_id: str
    email: str
    amount_cents: int
    due_date: date
    status: str
    created_at: datetime
    removed_at: datetime | None
    our_number: int | None
    barcode: str | None
    pdf_offset: int | None
    pdf_length: int | None
    notified_at: datetime | None
    notification_state: str | None
    notification_detail: str | None
    batch_id: int
    object_path: str | None
    #: What the file said beside the official columns, and the debt's code where it is no UUID.
    details: dict[str, str] | None
    #: Every address that its mails went to.
    emails: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEventRow:
    """Something that happened to a billing's mail."""

    billing_id: int
    at: datetime
    state: str
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRow:
    """A stored file, and how its bytes are text."""

    id: int
    storage_path: str
    encoding: str

    @property
    def is_workbook(self) -> bool:
        """Whether it is no text, but a packed table."""
        return self.encoding in _WORKBOOKS


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectRow:
    """A refused record that names the person."""

    upload_id: int
    upload_public_id: UUID
    line_number: int
    code: str
    message: str
    raw: str
    edited: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressedRow:
    """An address that is not written to."""

    email: str
    at: datetime
    reason: str


async def list_batches(
    connection: Connection, beneficiary_id: int, *, after: int, rows_max: int
) -> list[BatchRow]:
    """Return the beneficiary's batches whose ids are above `after`."""
    return await fetch_all(
        connection,
        QUERIES["list_batches"],
        row=BatchRow,
        beneficiary_id=beneficiary_id,
        after=after,
        rows_max=rows_max,
    )


async def find_billings(
    connection: Connection, beneficiary_id: int, person: Person, batches: list[BatchRow]
) -> list[BillingRow]:
    """Return the person's billings of these batches."""
    rows = await fetch_all(
        connection,
        QUERIES["find_billings"],
        beneficiary_id=beneficiary_id,
        tax_id=person.tax_id,
        emails=list(person.emails),
        first_ids=[batch.first_billing_id for batch in batches],
        last_ids=[batch.last_billing_id for batch in batches],
    )
    if not rows:
        return []
    return await fetch_all(
        connection,
        QUERIES["read_billings"],
        row=BillingRow,
        beneficiary_id=beneficiary_id,
        billing_ids=[row["id"] for row in rows],
    )


async def list_mail_events(
    connection: Connection, beneficiary_id: int, billing_ids: list[int]
) -> list[MailEventRow]:
    """Return what happened to these billings' mails beside their outcomes."""
    return await fetch_all(
        connection,
        QUERIES["list_mail_events"],
        row=MailEventRow,
        beneficiary_id=beneficiary_id,
        billing_ids=billing_ids,
    )


async def list_work_in_hand(
    connection: Connection, beneficiary_id: int, batch_ids: list[int]
) -> set[tuple[int, int]]:
    """Return the ids, with their fences, of the work on these batches that is under way."""
    rows = await fetch_all(
        connection,
        QUERIES["list_work_in_hand"],
        beneficiary_id=beneficiary_id,
        batch_ids=batch_ids,
    )
    return {(row["id"], row["fence"]) for row in rows}


async def list_uploads(
    connection: Connection, beneficiary_id: int, *, after: int, rows_max: int
) -> list[UploadRow]:
    """Return the beneficiary's files whose ids are above `after`."""
    return await fetch_all(
        connection,
        QUERIES["list_uploads"],
        row=UploadRow,
        beneficiary_id=beneficiary_id,
        after=after,
        rows_max=rows_max,
    )


async def note_erased(connection: Connection, beneficiary_id: int, upload: UploadRow) -> None:
    """Say of a stored file that a person is no longer in it."""
    await connection.execute(
        QUERIES["note_erased"],
        {"beneficiary_id": beneficiary_id, "storage_path": upload.storage_path},
    )


async def find_rejects(
    connection: Connection,
    beneficiary_id: int,
    person: Person,
    upload_id: int,
    *,
    debt_ids: Iterable[UUID],
) -> list[RejectRow]:
    """Return the refused records of a file that name the person, or one of these debts."""
    return await fetch_all(
        connection,
        QUERIES["find_rejects"],
        row=RejectRow,
        beneficiary_id=beneficiary_id,
        upload_id=upload_id,
        pattern=person.pattern,
        debts=[debt_id.hex for debt_id in debt_ids],
    )


async def list_suppressed(
    connection: Connection, beneficiary_id: int, emails: Iterable[str]
) -> list[SuppressedRow]:
    """Return those of these addresses that are not written to."""
    return await fetch_all(
        connection,
        QUERIES["list_suppressed"],
        row=SuppressedRow,
        beneficiary_id=beneficiary_id,
        emails=list(emails),
    )


async def remove_billings(
    connection: Connection, beneficiary_id: int, billing_ids: list[int]
) -> None:
    """Let nothing about these billings leave any more."""
    await connection.execute(
        QUERIES["remove_billings"], {"beneficiary_id": beneficiary_id, "billing_ids": billing_ids}
    )


async def erase_billings(
    connection: Connection,
    beneficiary_id: int,
    billing_ids: list[int],
    *,
    name: str,
    with_slips: bool,
) -> None:
    """Put `name` in the place of names, and take out e-mails and what was said of mails."""
    await payer_links.unlink(connection, billing_ids)
    await connection.execute(
        QUERIES["erase_billings"],
        {
            "beneficiary_id": beneficiary_id,
            "billing_ids": billing_ids,
            "name": name,
            "with_slips": with_slips,
        },
    )


async def erase_rejects(
    connection: Connection,
    beneficiary_id: int,
    upload_id: int,
    line_numbers: list[int],
    *,
    message: str,
) -> None:
    """Empty these refused records, which stay counted."""
    await connection.execute(
        QUERIES["erase_rejects"],
        {
            "beneficiary_id": beneficiary_id,
            "upload_id": upload_id,
            "line_numbers": line_numbers,
            "message": message,
        },
    )


async def erase_words(
    connection: Connection, beneficiary_id: int, person: Person, *, text: str
) -> None:
    """Put `text` in the place of noted words that name the person; suppress them no more."""
    known = {"beneficiary_id": beneficiary_id, "emails": list(person.emails)}
    await connection.execute(QUERIES["erase_addresses"], known)
    if person.pattern:
        await connection.execute(
            QUERIES["erase_words"],
            {"beneficiary_id": beneficiary_id, "pattern": person.pattern, "text": text},
        )


async def delete_checks(connection: Connection, beneficiary_id: int) -> list[str]:
    """Delete all checks of a beneficiary, and return where their files are kept."""
    known = {"beneficiary_id": beneficiary_id}
    rows = await fetch_all(connection, QUERIES["delete_checks"], **known)
    return [row["storage_path"] for row in rows]


async def count_titles(connection: Connection, beneficiary_id: int, billing_ids: list[int]) -> int:
    """Count the places in files for the bank in which these billings stand."""
    row = await fetch_one(
        connection,
        QUERIES["count_titles"],
        beneficiary_id=beneficiary_id,
        billing_ids=billing_ids,
    )
    return row["titles"] if row else 0
