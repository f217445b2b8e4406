"""Erases one person; what the law lets one keep is told with its reason.

Mails and objects go first and the rows by which the person is found last: ended at any moment, it
goes on at the next call. Nothing is counted anew: records of a file stay accepted, refused or
duplicate, and boletos keep their numbers and amounts.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cobranca.domain.errors import NotFound
from cobranca.infra.local_files import new_held_file
from cobranca.infra.telemetry import PersonErased, emit
from cobranca.pipeline import stored_files
from cobranca.privacy import objects, repository
from cobranca.privacy.archive import outbox_of, pages_of

if TYPE_CHECKING:
    from collections.abc import Generator
    from uuid import UUID

    from cobranca.privacy.archive import Archive
    from cobranca.privacy.person import Person
    from cobranca.privacy.repository import UploadRow
    from cobranca.privacy.search import Found

#: What stands in the place of a name, for people to read.
ERASED = "Dados apagados"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an erasure has left, how much of it, and why it may stay."""

    what: str
    count: int
    reason: str


async def erase(archive: Archive, found: Found, person: Person, *, with_slips: bool) -> list[Kept]:
    """Erase a person, and return what stays.

    Args:
        archive: whose data.
        found: what `search` has found.
        person: who.
        with_slips: also the slips and tax ids of issued boletos, whose time of keeping has ended.
    """
    ids = [billing.id for billing in found.billings]
    for page in pages_of(ids):
        async with archive.database.transaction() as connection:
            await repository.remove_billings(connection, archive.beneficiary_id, page)
    await _erase_mails(archive, found)
    debts: dict[int, list[UUID]] = defaultdict(list)
    for billing in found.billings:
        debts[billing.upload_id].append(billing.debt_id)
    for upload in found.uploads:
        await _erase_from_file(archive, upload, objects.is_theirs(person, debts[upload.id]))
    for path in found.bounces:
        await archive.storage.remove(path)
    if with_slips:
        await _erase_slips(archive, found)
    await _erase_rows(archive, found, person, with_slips=with_slips)
    emit(PersonErased(billings=len(ids), rejects=len(found.rejects), files=len(found.uploads)))
    return _kept(found, with_slips=with_slips)


async def _erase_mails(archive: Archive, found: Found) -> None:
    gone = [billing.debt_id for billing in found.billings]
    for held in await outbox_of(archive, found):
        try:
            content = await archive.storage.get(held.path)
        except NotFound:
            continue
        left = objects.without_mails(content, gone)
        if left:
            await archive.storage.put(held.path, left)
            continue
        async with archive.database.transaction() as connection:
            await repository.forget_outbox_object(connection, archive.beneficiary_id, held)
        await archive.storage.remove(held.path)


async def _erase_from_file(archive: Archive, upload: UploadRow, told: objects.IsTheirs) -> None:
    """Store an uploaded file anew, without the text of the person's records."""
    folder = archive.settings.data_dir / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with _scratch(folder) as (whole, left):
        try:
            async for piece in archive.storage.stream(upload.storage_path):
                await asyncio.to_thread(whole.write, piece)
        except NotFound:
            return
        whole.flush()
        source, target = Path(whole.name), Path(left.name)
        if await asyncio.to_thread(objects.erase_lines, source, target, upload.encoding, told):
            await _replace(archive, upload, target)


@contextmanager
def _scratch(folder: Path) -> Generator[tuple[IO[bytes], IO[bytes]]]:
    """Give two files that go at the end, and with the process."""
    with new_held_file(folder) as one, new_held_file(folder) as other:
        try:
            yield one, other
        finally:
            for file in (one, other):
                Path(file.name).unlink(missing_ok=True)


async def _replace(archive: Archive, upload: UploadRow, left: Path) -> None:
    """Put the new bytes in the old ones' place, unless a purge has removed them meanwhile."""
    async with archive.database.transaction() as connection:
        await stored_files.lock(connection)
        if await stored_files.is_named(connection, upload.storage_path):
            await archive.storage.put_file(upload.storage_path, left)


async def _erase_slips(archive: Archive, found: Found) -> None:
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for billing in found.billings:
        if billing.object_path and billing.pdf_offset is not None and billing.pdf_length:
            places[billing.object_path].append((billing.pdf_offset, billing.pdf_length))
    for path, slips in places.items():
        try:
            content = await archive.storage.get(path)
        except NotFound:
            continue
        await archive.storage.put(
            path, await asyncio.to_thread(objects.without_slips, content, slips)
        )


async def _erase_rows(archive: Archive, found: Found, person: Person, *, with_slips: bool) -> None:
    """Last, for it is by these that the person is found."""
    lines: dict[int, list[int]] = defaultdict(list)
    for reject in found.rejects:
        lines[reject.upload_id].append(reject.line_number)
    for upload_id, numbers in lines.items():
        for page in pages_of(numbers):
            async with archive.database.transaction() as connection:
                await repository.erase_rejects(
                    connection, archive.beneficiary_id, upload_id, page, message=ERASED
                )
    emails = {billing.email.lower() for billing in found.billings} | {person.email or ""}
    async with archive.database.transaction() as connection:
        await repository.erase_suppressed(connection, archive.beneficiary_id, emails - {""})
    for page in pages_of([billing.id for billing in found.billings]):
        async with archive.database.transaction() as connection:
            await repository.erase_billings(
                connection, archive.beneficiary_id, page, name=ERASED, with_slips=with_slips
            )


def _kept(found: Found, *, with_slips: bool) -> list[Kept]:
    issued = [billing for billing in found.billings if billing.barcode is not None]
    slips = [billing for billing in issued if billing.pdf_offset is not None]
    kept = [
        Kept(
            what="debtIds, amounts, due dates and instants, without name and e-mail",
            count=len(found.billings),
            reason="no person is told by them alone; a debt is billed once, and counts stay true",
        )
    ]
    if not with_slips:
        kept += [
            Kept(
                what="tax ids with our number and barcode of issued boletos",
                count=len(issued),
                reason="records of collection: LGPD art. 16, I and art. 7, VI; Código Civil"
                " art. 206, § 5º, I (five years)",
            ),
            Kept(
                what="slips (PDF) of issued boletos, with name and tax id",
                count=len(slips),
                reason="the same; erased by --with-slips when that time is over, and by a purge",
            ),
        ]
    return [one for one in kept if one.count]
