"""The payments' SQL: return files, facts, settlements, suspense."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Final, LiteralString

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.payments.rows import (
    AccountRow,
    EarlierRow,
    FileRow,
    ListedFileRow,
    RecordRow,
    ReversalRow,
    TellingRow,
    TitleRow,
    ToldPaymentRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from cobranca.domain.cnab.returns import Pix

QUERIES = load_queries("cobranca.payments")

#: What is written in bulk.
_COPIES: Final[dict[str, LiteralString]] = {
    "records": QUERIES["copy_records"],
    "payments": QUERIES["copy_payments"],
    "settlements": QUERIES["copy_settlements"],
    "suspense": QUERIES["copy_suspense"],
    "title_events": QUERIES["copy_title_events"],
    "registrations": QUERIES["copy_registrations"],
}
#: An id that no file has.
_AFTER_ALL: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What reading a file told, as it is kept."""

    verdict: str
    code: str | None = None
    message: str | None = None
    line: int | None = None
    first_place: int | None = None
    last_place: int | None = None
    bank: str | None = None
    layout: int | None = None
    agreement: str | None = None
    created_on: date | None = None
    sequence: str | None = None
    content_sha256: bytes | None = None
    records_sha256: bytes | None = None
    identity: str | None = None
    repeats: int | None = None
    line_count: int | None = None
    tally: str | None = None
    shown_only: bool = False
    posted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """A payment as it is told now, by a call or a person, or out of suspense."""

    billing_id: int
    teller: int
    told_by: int
    line: int
    paid_cents: int
    paid_on: date
    told_at: datetime
    extra_cents: int = 0
    deducted_cents: int = 0
    net_cents: int | None = None
    credited_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReversal:
    """A payment that is taken back now."""

    billing_id: int
    teller: int
    told_by: int
    line: int
    amount_cents: int
    reversed_on: date
    of_told_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSuspense:
    """Money that no billing can be given, as it is told now."""

    beneficiary_id: int
    teller: int
    told_by: int
    line: int
    why: str
    reference: str
    billing_id: int | None
    debt_id: UUID
    paid_cents: int
    paid_on: date
    extra_cents: int = 0
    deducted_cents: int = 0
    net_cents: int | None = None
    credited_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What the facts make of a billing's money."""

    billing_id: int
    paid_cents: int
    extra_cents: int
    deducted_cents: int
    overpaid_cents: int
    receivable_cents: int
    cash_cents: int
    fees_cents: int
    known_at: datetime
    state: int
    unanswered: int


async def take_turn(connection: Connection, beneficiary_id: int) -> datetime:
    """Wait until nobody else posts money of a beneficiary; the turn ends with the transaction.

    Returns:
        The database's time at which the turn began.
    """
    row = await fetch_one(connection, QUERIES["take_turn"], beneficiary_id=beneficiary_id)
    if row is None:
        raise LookupError("take_turn")
    return row["at"]


async def add_file(
    connection: Connection,
    *,
    beneficiary_id: int,
    name: str,
    sha256: bytes,
    size_bytes: int,
    storage_path: str,
    came_by: str,
    changed_ns: int | None,
    linked: bool,
    work_group_id: int | None,
) -> tuple[int, UUID]:
    """Note a file that came; return its inner and its public id."""
    row = await fetch_one(
        connection,
        QUERIES["add_file"],
        beneficiary_id=beneficiary_id,
        name=name,
        sha256=sha256,
        size_bytes=size_bytes,
        storage_path=storage_path,
        came_by=came_by,
        changed_ns=changed_ns,
        linked=linked,
        work_group_id=work_group_id,
    )
    if row is None:
        raise LookupError("the database gave the file no id")
    return row["id"], row["public_id"]


async def read_file(connection: Connection, file_id: int) -> FileRow:
    """Return a file that work is about."""
    row = await fetch_one(connection, QUERIES["read_file"], row=FileRow, file_id=file_id)
    if row is None:
        raise LookupError(f"return file {file_id}")
    return row


async def find_file(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> ListedFileRow | None:
    """Return a beneficiary's file."""
    return await fetch_one(
        connection,
        QUERIES["find_file"],
        row=ListedFileRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


def path_of(sha256: bytes) -> str:
    """Return where a return file of this digest is stored."""
    return f"returns/{sha256.hex()}.ret"


async def find_picked_up(
    connection: Connection, *, beneficiary_id: int, name: str, sha256: bytes, changed_ns: int
) -> tuple[str | None, bool]:
    """Return the verdict on a file of the folder, and whether it was taken at all."""
    row = await fetch_one(
        connection,
        QUERIES["find_picked_up"],
        beneficiary_id=beneficiary_id,
        storage_path=path_of(sha256),
        name=name,
        changed_ns=changed_ns,
    )
    return (row["verdict"], True) if row else (None, False)


async def list_files(
    connection: Connection, *, beneficiary_id: int, before: int | None, rows_max: int
) -> list[ListedFileRow]:
    """Return a beneficiary's files, newest first."""
    return await fetch_all(
        connection,
        QUERIES["list_files"],
        row=ListedFileRow,
        beneficiary_id=beneficiary_id,
        before=before or _AFTER_ALL,
        rows_max=rows_max,
    )


async def find_earlier(
    connection: Connection,
    *,
    beneficiary_id: int,
    file_id: int,
    content_sha256: bytes,
    records_sha256: bytes | None,
    identity: str | None,
) -> list[EarlierRow]:
    """Return earlier files that share the text, the records or the name of a file."""
    return await fetch_all(
        connection,
        QUERIES["find_earlier"],
        row=EarlierRow,
        beneficiary_id=beneficiary_id,
        file_id=file_id,
        content_sha256=content_sha256,
        records_sha256=records_sha256,
        identity=identity,
    )


async def count_believed(connection: Connection, beneficiary_id: int, rows_max: int) -> int:
    """Count the files of a beneficiary that were believed, up to a bound."""
    row = await fetch_one(
        connection, QUERIES["count_shown"], beneficiary_id=beneficiary_id, rows_max=rows_max
    )
    return row["files"] if row else 0


async def note_verdict(connection: Connection, file_id: int, verdict: Verdict) -> None:
    """Keep what reading a file told."""
    await connection.execute(QUERIES["note_verdict"], {"file_id": file_id, **asdict(verdict)})


async def be_brief(connection: Connection) -> None:
    """Do not wait long for the turn that is taken next."""
    await connection.execute(QUERIES["be_brief"])


async def want_posted(connection: Connection, file_id: int) -> None:
    """Note that a person wants a file posted."""
    await connection.execute(QUERIES["want_posted"], {"file_id": file_id})


async def list_records(
    connection: Connection, *, file_id: int, fate: int | None, after: int, rows_max: int
) -> list[RecordRow]:
    """Return a file's records after a line, of one fate or of all."""
    return await fetch_all(
        connection,
        QUERIES["list_records"],
        row=RecordRow,
        file_id=file_id,
        fate=fate,
        after=after,
        rows_max=rows_max,
    )


async def drop_shown(connection: Connection, file_id: int) -> None:
    """Take away the records of a file that was only shown."""
    await connection.execute(QUERIES["drop_shown"], {"file_id": file_id})


async def list_accounts(connection: Connection, beneficiary_id: int) -> list[AccountRow]:
    """Return the accounts that a beneficiary has, and has had."""
    return await fetch_all(
        connection, QUERIES["list_accounts"], row=AccountRow, beneficiary_id=beneficiary_id
    )


async def knows_agreement(
    connection: Connection, beneficiary_id: int, bank: str, agreement: str
) -> bool:
    """Whether a file of this agreement was posted before."""
    row = await fetch_one(
        connection,
        QUERIES["knows_agreement"],
        beneficiary_id=beneficiary_id,
        bank=bank,
        agreement=agreement,
    )
    return row is not None


async def copy(connection: Connection, what: str, chunks: Iterable[bytes]) -> None:
    """Write rows by a binary COPY."""
    async with connection.cursor().copy(_COPIES[what]) as copied:
        for chunk in chunks:
            await copied.write(chunk)


async def copy_registrations(connection: Connection, chunks: Iterable[bytes]) -> None:
    """Add what the bank said of registrations; what was told before stays as it is."""
    await connection.execute(QUERIES["stage_registrations"])
    await copy(connection, "registrations", chunks)
    await connection.execute(QUERIES["add_registrations"])
    await connection.execute(QUERIES["clear_registrations"])


async def add_settled_uploads(connection: Connection, upload_ids: Iterable[int]) -> None:
    """Note that some billing of each upload has had money or word of a bank, now."""
    await connection.execute(QUERIES["add_settled_uploads"], {"upload_ids": sorted(upload_ids)})


async def count_settled(connection: Connection) -> bool:
    """Count anew what was paid and refused of a file that has changed; False when there is none."""
    await connection.execute(QUERIES["lock_settled_counts"])
    return await fetch_one(connection, QUERIES["count_settled"]) is not None


async def add_payment(connection: Connection, payment: NewPayment) -> None:
    """Add one payment."""
    await connection.execute(QUERIES["add_payment"], asdict(payment))


async def add_reversals(connection: Connection, reversals: Iterable[NewReversal]) -> None:
    """Add reversals."""
    async with connection.cursor() as cursor:
        await cursor.executemany(QUERIES["add_reversal"], [asdict(each) for each in reversals])


async def add_suspense(connection: Connection, suspense: NewSuspense) -> None:
    """Put money into suspense."""
    await connection.execute(QUERIES["add_suspense"], asdict(suspense))


async def find_told_payments(
    connection: Connection, *, billing_ids: Sequence[int], file_id: int
) -> list[ToldPaymentRow]:
    """Return what other files told of payments of these billings."""
    return await fetch_all(
        connection,
        QUERIES["find_told_payments"],
        row=ToldPaymentRow,
        billing_ids=billing_ids,
        file_id=file_id,
    )


async def read_titles(connection: Connection, billing_ids: Sequence[int]) -> list[TitleRow]:
    """Return billings as their ledgers begin."""
    return await fetch_all(
        connection, QUERIES["read_titles"], row=TitleRow, billing_ids=billing_ids
    )


async def read_tellings(connection: Connection, billing_ids: Sequence[int]) -> list[TellingRow]:
    """Return all that was told of payments of these billings."""
    return await fetch_all(
        connection, QUERIES["read_tellings"], row=TellingRow, billing_ids=billing_ids
    )


async def read_reversals(connection: Connection, billing_ids: Sequence[int]) -> list[ReversalRow]:
    """Return all that was taken back of these billings."""
    return await fetch_all(
        connection, QUERIES["read_reversals"], row=ReversalRow, billing_ids=billing_ids
    )


async def settle(connection: Connection, settlements: Sequence[Settlement]) -> None:
    """Put what the facts make of billings in the place of what they made before."""
    columns = {
        field.name: [getattr(each, field.name) for each in settlements]
        for field in fields(Settlement)
    }
    await connection.execute(QUERIES["settle"], columns)


async def add_pix(
    connection: Connection, file_id: int, told: Mapping[int, tuple[int, Pix]]
) -> None:
    """Keep the Pix codes of a file: by its line, the billing and the code."""
    values = {
        "file_id": file_id,
        "lines": list(told),
        "billing_ids": [billing_id for billing_id, _ in told.values()],
        "urls": [pix.url or "" for _, pix in told.values()],
        "txids": [pix.txid or "" for _, pix in told.values()],
        "emvs": [pix.emv or "" for _, pix in told.values()],
    }
    await connection.execute(QUERIES["add_pix"], values)
