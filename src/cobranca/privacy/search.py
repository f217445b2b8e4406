"""Looks through rows and storage for one person, piece by piece."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.domain.errors import NotFound
from cobranca.privacy import objects, repository

if TYPE_CHECKING:
    from uuid import UUID

    from cobranca.infra.storage import Storage
    from cobranca.privacy.archive import Archive
    from cobranca.privacy.person import Person
    from cobranca.privacy.repository import BillingRow, RejectRow, SuppressedRow, UploadRow

_BATCHES_MAX = 100
_UPLOADS_MAX = 100
_BOUNCES = "bounces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is about a person."""

    #: As they were asked for: what tells a record of a file.
    person: Person
    #: With the addresses of their billings: what tells a message, or words that were noted.
    wider: Person
    billings: list[BillingRow]
    rejects: list[RejectRow]
    suppressed: list[SuppressedRow]
    #: Stored files that name them, or a debt of theirs.
    uploads: list[UploadRow]
    #: Paths of kept messages that name them.
    bounces: list[str]

    @property
    def debt_ids(self) -> set[UUID]:
        """The debts of the billings."""
        return {billing.debt_id for billing in self.billings}


async def find(archive: Archive, person: Person) -> Found:
    """Return all that a beneficiary's rows and stored objects hold about a person.

    Reads all of them; no index is kept for this.
    """
    billings = await _billings(archive, person)
    wider = person.with_addresses(email for billing in billings for email in billing.emails)
    rejects, uploads = await _files(archive, person, billings)
    async with archive.database.transaction() as connection:
        suppressed = await repository.list_suppressed(
            connection, archive.beneficiary_id, wider.emails
        )
    return Found(
        person=person,
        wider=wider,
        billings=billings,
        rejects=rejects,
        suppressed=suppressed,
        uploads=uploads,
        bounces=await _bounces(archive.storage, wider),
    )


async def _billings(archive: Archive, person: Person) -> list[BillingRow]:
    found: list[BillingRow] = []
    after = 0
    while True:
        async with archive.database.transaction() as connection:
            batches = await repository.list_batches(
                connection, archive.beneficiary_id, after=after, rows_max=_BATCHES_MAX
            )
            if not batches:
                return found
            found += await repository.find_billings(
                connection, archive.beneficiary_id, person, batches
            )
        after = batches[-1].id


async def _files(
    archive: Archive, person: Person, billings: list[BillingRow]
) -> tuple[list[RejectRow], list[UploadRow]]:
    """Return the refused records that name a person or a debt of theirs, and the files that do.

    A file is looked at also where no row of it names them: a duplicate leaves no text in its row.
    """
    rejects: list[RejectRow] = []
    uploads: list[UploadRow] = []
    debt_ids = {billing.debt_id for billing in billings}
    told = objects.is_theirs(person, debt_ids)
    known = {billing.upload_id for billing in billings}
    after = 0
    while True:
        async with archive.database.transaction() as connection:
            page = await repository.list_uploads(
                connection, archive.beneficiary_id, after=after, rows_max=_UPLOADS_MAX
            )
        if not page:
            return rejects, uploads
        for upload in page:
            async with archive.database.transaction() as connection:
                rejects += await repository.find_rejects(
                    connection, archive.beneficiary_id, person, upload.id, debt_ids=debt_ids
                )
            if upload.is_workbook:
                known |= {reject.upload_id for reject in rejects}
                is_named = await _workbook_names(archive, upload, told, known)
            else:
                is_named = await _names(archive.storage, upload, told)
            if is_named:
                uploads.append(upload)
        after = page[-1].id


async def _names(storage: Storage, upload: UploadRow, told: objects.IsTheirs) -> bool:
    """Whether a stored file names a person, without holding it all."""
    end = b""
    try:
        async for piece in storage.stream(upload.storage_path):
            # Of UTF-16, what stands in a tax id or an address has every other byte zero.
            seen = end + piece
            text = seen.replace(b"\0", b"") if upload.encoding.startswith("utf-16") else seen
            if told(text.decode("latin-1")):
                return True
            end = seen[-objects.OVERLAP_BYTES :]
    except NotFound:
        return False
    return False


async def _workbook_names(
    archive: Archive, upload: UploadRow, told: objects.IsTheirs, known: set[int]
) -> bool:
    """Whether a stored workbook names a person: by what it says, or by the rows made of it."""
    folder = archive.settings.data_dir / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with tempfile.TemporaryFile(dir=folder) as whole:
        try:
            async for piece in archive.storage.stream(upload.storage_path):
                await asyncio.to_thread(whole.write, piece)
        except NotFound:
            return False
        whole.seek(0)
        if whole.read(len(objects.WORKBOOK_ERASED)) == objects.WORKBOOK_ERASED:
            return False
        whole.seek(0)
        return upload.id in known or await asyncio.to_thread(objects.names_in_workbook, whole, told)


async def _bounces(storage: Storage, person: Person) -> list[str]:
    found: list[str] = []
    async for page in storage.list_pages(_BOUNCES):
        for kept in page:
            try:
                content = await storage.get(kept.path)
            except NotFound:
                continue
            if person.is_in(objects.plain(content)):
                found.append(kept.path)
    return found
