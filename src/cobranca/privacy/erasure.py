"""Erases one person; what the law lets one keep is told with its reason.

Objects go first and the rows by which the person is found last: ended at any moment, it goes on at
the next call. Nothing is counted anew: records of a file stay accepted, refused or duplicate, and
boletos keep their numbers and amounts.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cobranca.domain.errors import Conflict, NotFound
from cobranca.infra.local_files import new_held_file
from cobranca.infra.telemetry import PersonErased, emit
from cobranca.pipeline import job_files, stored_files
from cobranca.privacy import objects, repository
from cobranca.privacy.archive import pages_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator
    from uuid import UUID

    from cobranca.privacy.archive import Archive
    from cobranca.privacy.repository import UploadRow
    from cobranca.privacy.search import Found

    Without = Callable[[bytes, Collection[UUID]], bytes]

#: What stands in the place of a name, for people to read.
ERASED = "Dados apagados"
#: How long workers may take to end what they have in hand, and how often they are looked at.
_IN_HAND_S, _LOOK_S = 120, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an erasure has left, how much of it, and why it may stay."""

    what: str
    count: int
    reason: str


async def erase(archive: Archive, found: Found, *, with_slips: bool) -> list[Kept]:
    """Erase a person, and return what stays.

    Args:
        archive: whose data.
        found: what `search` has found.
        with_slips: also the slips and tax ids of issued boletos, whose time of keeping has ended.

    Raises:
        Conflict: a worker goes on having their billings in hand; most is as it was.
    """
    for page in pages_of([billing.id for billing in found.billings]):
        async with archive.database.transaction() as connection:
            await repository.remove_billings(connection, archive.beneficiary_id, page)
    await _end_of_work_in_hand(archive, found)
    batches = {(billing.upload_public_id, billing.batch_id) for billing in found.billings}
    for public_id, batch_id in sorted(batches):
        await _rewrite(archive, found, f"outbox/{batch_id}", "", objects.without_mails)
        if with_slips:
            folder = f"boletos/{public_id}"
            await _rewrite(archive, found, folder, f"/{batch_id}-", objects.without_slips)
    await _remove_checks(archive)
    told = objects.is_theirs(found.person, found.debt_ids)
    for upload in found.uploads:
        await _erase_from_file(archive, upload, told)
    for path in found.bounces:
        await archive.storage.remove(path)
    await _erase_rows(archive, found, with_slips=with_slips)
    await job_files.remove_forgotten(archive.database, archive.storage)
    emit(
        PersonErased(
            billings=len(found.billings), rejects=len(found.rejects), files=len(found.uploads)
        )
    )
    titles = 0
    for page in pages_of([billing.id for billing in found.billings]):
        async with archive.database.transaction() as connection:
            titles += await repository.count_titles(connection, archive.beneficiary_id, page)
    return _kept(found, with_slips=with_slips, titles=titles)


async def _end_of_work_in_hand(archive: Archive, found: Found) -> None:
    """Wait until nobody works on what was read of these billings before they were removed."""
    batch_ids = sorted({billing.batch_id for billing in found.billings})
    begun: set[tuple[int, int]] | None = None
    for _ in range(_IN_HAND_S // _LOOK_S):
        held: set[tuple[int, int]] = set()
        for page in pages_of(batch_ids):
            async with archive.database.transaction() as connection:
                held |= await repository.list_work_in_hand(connection, archive.beneficiary_id, page)
        begun = held if begun is None else begun & held
        if not begun:
            return
        await asyncio.sleep(_LOOK_S)
    raise Conflict(
        "Workers still have this person's billings in hand. Nothing more of them is begun: erase"
        " again when the files have ended, or pause them first"
    )


async def _rewrite(
    archive: Archive, found: Found, folder: str, mark: str, without: Without
) -> None:
    """Store a batch's objects anew without the person; those of attempts that died too."""
    for path in await archive.storage.list_paths(folder):
        if path.startswith(folder + mark):
            with suppress(NotFound):
                old = await archive.storage.get(path)
                left = await asyncio.to_thread(without, old, found.debt_ids)
                if left != old:
                    await archive.storage.put(path, left)


async def _remove_checks(archive: Archive) -> None:
    """Remove files that were checked and not started: they are sent again in a moment."""
    async with archive.database.transaction() as connection:
        await stored_files.lock(connection)
        for path in set(await repository.delete_checks(connection, archive.beneficiary_id)):
            if not await stored_files.is_named(connection, path):
                await archive.storage.remove(path)


async def _erase_from_file(archive: Archive, upload: UploadRow, told: objects.IsTheirs) -> None:
    """Store an uploaded file anew, without the text of the person's records.

    A workbook is a packed table, in which nobody's cells can be told from another's for sure: a
    note takes the place of all of it.
    """
    folder = archive.settings.data_dir / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with _scratch(folder) as (whole, left):
        try:
            async for piece in archive.storage.stream(upload.storage_path):
                await asyncio.to_thread(whole.write, piece)
        except NotFound:
            return
        whole.flush()
        if upload.is_workbook:
            left.write(objects.WORKBOOK_ERASED)
            left.flush()
            await _replace(archive, upload, Path(left.name))
            return
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
            await repository.note_erased(connection, archive.beneficiary_id, upload)


async def _erase_rows(archive: Archive, found: Found, *, with_slips: bool) -> None:
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
    async with archive.database.transaction() as connection:
        await repository.erase_words(connection, archive.beneficiary_id, found.wider, text=ERASED)
    for page in pages_of([billing.id for billing in found.billings]):
        async with archive.database.transaction() as connection:
            await repository.erase_billings(
                connection, archive.beneficiary_id, page, name=ERASED, with_slips=with_slips
            )
            await job_files.forget_beneficiary(connection, archive.beneficiary_id)


def _kept(found: Found, *, with_slips: bool, titles: int) -> list[Kept]:
    issued = [billing for billing in found.billings if billing.barcode is not None]
    slips = [billing for billing in issued if billing.pdf_offset is not None]
    kept = [
        Kept(
            what="debtIds, amounts, due dates and instants, without name and e-mail",
            count=len(found.billings),
            reason="no person is told by them alone; a debt is billed once, and counts stay true",
        ),
        Kept(
            what="titles in files for the bank, with name, tax id and address",
            count=titles,
            reason="orders that the bank was given, byte for byte: LGPD art. 7, VI and art. 16, I;"
            " they go with retention",
        ),
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
