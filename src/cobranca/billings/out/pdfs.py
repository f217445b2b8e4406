"""The slips of what is sought: every PDF as it was issued in one zip, or one file to be printed."""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from cobranca.billings.listing.repository import prefer_own_plans
from cobranca.billings.out import repository
from cobranca.billings.out.zip_archive import ZipWriter
from cobranca.domain.boleto import digitable_line_of, printed_our_numbers
from cobranca.domain.characters import fold_accents
from cobranca.domain.errors import InputError, NotFound
from cobranca.domain.slip import HEADER, PrintFileWriter
from cobranca.pipeline.billing_details import read_details
from cobranca.pipeline.issuing_terms import get_profile
from cobranca.pipeline.slips import Boletos, PayerRow, slip_template, slips_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence
    from datetime import date

    from cobranca.billings.listing.walk import Found, Source
    from cobranca.billings.out.repository import SlipRow, WithoutSlipRow
    from cobranca.domain.slip import SlipData, SlipTemplate
    from cobranca.infra.db import Database
    from cobranca.infra.storage import Storage
    from cobranca.pipeline.billing_details import BillingDetails
    from cobranca.pipeline.issuing_terms import Profile

Layout = Literal["sheet", "carne"]
#: Slips of one print file: what a person prints at once, and some 100 MB.
PRINTED_MAX: Final = 20_000
#: PDFs that lie beside one another are read together, up to so many bytes.
_READ_BYTES: Final = 4 << 20
_DRAWN_AT_ONCE: Final = 300
_NAME_MAX: Final = 60
#: Billings without a slip that are told one by one.
TOLD_MAX: Final = 10_000
_WHY: Final = {
    "CANCELLED": "cancelada",
    "NOT_ISSUED": "ainda não emitida",
    "NO_PDF": "simulada, sem PDF",
}
_UNSAFE: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slips:
    """The slips of one batch."""

    found: Found
    profile: Profile
    issued_on: date
    rows: list[SlipRow]
    details: dict[int, BillingDetails]

    def printed_our_numbers(self) -> list[str]:
        sequences = np.array([row.our_number for row in self.rows], np.int64)
        return printed_our_numbers(self.profile.account, sequences, self.issued_on)


async def stream_zip(database: Database, storage: Storage, source: Source) -> AsyncGenerator[bytes]:
    """Yield a zip of the PDFs; its last file says which billings have none in it, and why."""
    async with database.transaction() as connection:
        series = await repository.count_series(connection, beneficiary_id=source.beneficiary_id)
    stored, left_out = 0, 0
    told: list[WithoutSlipRow] = []
    with ZipWriter() as archive:
        async with aclosing(_walk_slips(database, source)) as batches:
            async for found, slips in batches:
                missing = found.count - (len(slips.rows) if slips else 0)
                left_out += missing
                if missing and len(told) < TOLD_MAX:
                    told += await _left_out(database, source, found, TOLD_MAX - len(told))
                if slips is None:
                    continue
                names = _names(slips, with_bank=series > 1)
                async for places, content in _read_pdfs(storage, slips):
                    yield _packed(archive, places, names, slips.rows, content)
                stored += len(slips.rows)
        yield archive.add("leia-me.txt", _read_me(stored, left_out, told).encode())
        for piece in archive.end():
            yield piece


async def print_file(
    database: Database, source: Source, layout: Layout
) -> tuple[AsyncGenerator[bytes], int]:
    """Return one PDF of all slips, piece by piece, and how many billings have none in it.

    Raises:
        InputError: PRINT_TOO_LARGE.
        NotFound: PDF_NOT_FOUND: none of them has a slip.
    """
    sought_count, printed = 0, 0
    async with aclosing(_walk_slips(database, source)) as batches:
        async for found, slips in batches:
            sought_count += found.count
            printed += len(slips.rows) if slips else 0
            check_printable(sought_count)
    if not printed:
        raise NotFound("None of these billings has a PDF", code="PDF_NOT_FOUND")
    return stream_pages(database, source, layout), sought_count - printed


def check_printable(count: int) -> None:
    """Refuse more billings than one file to print has.

    Raises:
        InputError: PRINT_TOO_LARGE.
    """
    if count > PRINTED_MAX:
        detail = (
            f"One file to print has at most {PRINTED_MAX:,} billings: ask for less, or for a zip"
            " (GET /billings/pdfs.zip)"
        )
        raise InputError(detail, code="PRINT_TOO_LARGE")


async def stream_pages(database: Database, source: Source, layout: Layout) -> AsyncGenerator[bytes]:
    """Yield one PDF of all slips, piece by piece."""
    writer = PrintFileWriter(tagged=layout == "carne")
    templates: dict[int, SlipTemplate] = {}
    waiting: list[SlipData] = []
    profile_id = 0
    yield HEADER
    async with aclosing(_walk_slips(database, source)) as batches:
        async for _, slips in batches:
            if slips is None:
                continue
            if waiting and slips.found.batch.profile_id != profile_id:
                yield await asyncio.to_thread(
                    _drawn, writer, templates[profile_id], waiting, layout
                )
                waiting = []
            profile_id = slips.found.batch.profile_id
            if profile_id not in templates:
                templates[profile_id] = slip_template(slips.profile)
            waiting += await asyncio.to_thread(_slip_data, slips)
            while len(waiting) >= _DRAWN_AT_ONCE:
                part, waiting = waiting[:_DRAWN_AT_ONCE], waiting[_DRAWN_AT_ONCE:]
                yield await asyncio.to_thread(_drawn, writer, templates[profile_id], part, layout)
    if waiting:
        yield await asyncio.to_thread(_drawn, writer, templates[profile_id], waiting, layout)
    for piece in writer.finish():
        yield piece


def _drawn(
    writer: PrintFileWriter, template: SlipTemplate, slips: Sequence[SlipData], layout: Layout
) -> bytes:
    pages = template.carne_pages(slips) if layout == "carne" else template.pages(slips)
    return b"".join(piece for page in pages for piece in writer.add(page))


async def _walk_slips(
    database: Database, source: Source
) -> AsyncGenerator[tuple[Found, _Slips | None]]:
    """Yield what is sought of each batch, and the slips that there are of it."""
    profiles: dict[int, Profile] = {}
    async with aclosing(source.walk()) as batches:
        async for found in batches:
            batch = found.batch
            if batch.object_path is None or batch.issued_on is None:
                yield found, None
                continue
            async with database.transaction() as connection:
                await prefer_own_plans(connection)
                rows = await repository.list_slips(
                    connection, found, beneficiary_id=source.beneficiary_id
                )
                if batch.profile_id not in profiles:
                    profiles[batch.profile_id] = await get_profile(connection, batch.profile_id)
                details = await read_details(
                    connection, first_id=batch.first_billing_id, last_id=batch.last_billing_id
                )
            slips = _Slips(
                found=found,
                profile=profiles[batch.profile_id],
                issued_on=batch.issued_on,
                rows=rows,
                details=details,
            )
            yield found, slips if rows else None


def _slip_data(slips: _Slips) -> list[SlipData]:
    """Return what the slips said when they were issued."""
    rows = slips.rows
    lines = "".join(digitable_line_of(row.barcode) for row in rows).encode()
    barcodes = "".join(row.barcode for row in rows).encode()
    boletos = Boletos(
        places=np.arange(len(rows), dtype=np.int64),
        billing_ids=np.array([row.id for row in rows], np.int64),
        sequences=np.array([row.our_number for row in rows], np.int64),
        amount_cents=np.array([row.amount_cents for row in rows], np.int64),
        due_dates=np.array([row.due_date for row in rows], "datetime64[D]"),
        barcodes=np.frombuffer(barcodes, np.uint8).reshape(len(rows), -1),
        digitable_lines=np.frombuffer(lines, np.uint8).reshape(len(rows), -1),
        issued_on=slips.issued_on,
    )
    payers = [
        PayerRow(id=row.id, debt_id=row.debt_id, name=row.name, tax_id=row.tax_id, email="")
        for row in rows
    ]
    return slips_of(slips.profile, payers, boletos, slips.details)


async def _read_pdfs(storage: Storage, slips: _Slips) -> AsyncGenerator[tuple[range, bytes]]:
    """Yield positions of slips whose PDFs lie beside one another, and the bytes of these."""
    path, rows = slips.found.batch.object_path or "", slips.rows
    for group in _neighbours(rows):
        start = rows[group[0]].pdf_offset
        end = rows[group[-1]].pdf_offset + rows[group[-1]].pdf_length
        yield group, await storage.get_range(path, start, end - start)


def _neighbours(rows: Sequence[SlipRow]) -> Iterator[range]:
    """Yield positions of slips that are read together: in order, and within some bytes."""
    first = 0
    for place in range(1, len(rows) + 1):
        is_end = place == len(rows)
        if is_end or not (
            rows[place - 1].pdf_offset
            < rows[place].pdf_offset
            <= rows[first].pdf_offset + _READ_BYTES - rows[place].pdf_length
        ):
            yield range(first, place)
            first = place


def _packed(
    archive: ZipWriter,
    places: range,
    names: Sequence[str],
    rows: Sequence[SlipRow],
    content: bytes,
) -> bytes:
    start = rows[places[0]].pdf_offset
    pieces: list[bytes] = []
    for place in places:
        begin = rows[place].pdf_offset - start
        pieces.append(archive.add(names[place], content[begin : begin + rows[place].pdf_length]))
    return b"".join(pieces)


def _names(slips: _Slips, *, with_bank: bool) -> list[str]:
    """Name each PDF by due date, our number and payer.

    An our number is used once at a bank; of a beneficiary with several banks the name tells which.
    """
    bank = f"{slips.profile.account.bank}-" if with_bank else ""
    return [
        f"boleto-{row.due_date}-{bank}{_safe(number)}-{_safe(row.name)[:_NAME_MAX].strip('-')}.pdf"
        for row, number in zip(slips.rows, slips.printed_our_numbers(), strict=True)
    ]


def _safe(text: str) -> str:
    """Return a text in letters and digits that any system takes in the name of a file."""
    bare = fold_accents(text).lower()
    return _UNSAFE.sub("-", bare).strip("-")


async def _left_out(
    database: Database, source: Source, found: Found, rows_max: int
) -> list[WithoutSlipRow]:
    async with database.transaction() as connection:
        await prefer_own_plans(connection)
        return await repository.list_without_slip(
            connection, found, beneficiary_id=source.beneficiary_id, rows_max=rows_max
        )


def _read_me(stored: int, left_out: int, told: Sequence[WithoutSlipRow]) -> str:
    lines = [
        f"Boletos neste arquivo: {stored}",
        f"Cobranças sem boleto aqui (canceladas, ainda não emitidas ou simuladas): {left_out}",
        *(f"{row.code}: {_WHY[row.why]}" for row in told),
    ]
    if left_out > len(told):
        lines.append(f"e mais {left_out - len(told)}")
    return "".join(f"{line}\r\n" for line in lines)
