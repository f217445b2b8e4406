"""Looks through rows and storage for one person, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.domain.errors import NotFound
from cobranca.privacy import objects, repository

if TYPE_CHECKING:
    from cobranca.infra.db import Database
    from cobranca.infra.storage import Storage
    from cobranca.privacy.person import Person
    from cobranca.privacy.repository import BillingRow, RejectRow, SuppressedRow, UploadRow

_BATCHES_MAX = 100
_UPLOADS_MAX = 100
#: More than any name, tax id or address takes, with all between.
_OVERLAP_BYTES = 2048
_BOUNCES = "bounces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is about a person."""

    billings: list[BillingRow]
    rejects: list[RejectRow]
    suppressed: list[SuppressedRow]
    #: Stored files that name them.
    uploads: list[UploadRow]
    #: Paths of kept messages that name them.
    bounces: list[str]


async def find(database: Database, storage: Storage, beneficiary_id: int, person: Person) -> Found:
    """Return all that a beneficiary's rows and stored objects hold about a person.

    Reads all of them; no index is kept for this.
    """
    billings = await _billings(database, beneficiary_id, person)
    emails = {billing.email.lower() for billing in billings} | {person.email or ""}
    rejects, uploads = await _files(
        database, storage, beneficiary_id, person, {billing.upload_id for billing in billings}
    )
    async with database.transaction() as connection:
        suppressed = await repository.list_suppressed(connection, beneficiary_id, emails - {""})
    return Found(
        billings=billings,
        rejects=rejects,
        suppressed=suppressed,
        uploads=uploads,
        bounces=await _bounces(storage, person),
    )


async def _billings(database: Database, beneficiary_id: int, person: Person) -> list[BillingRow]:
    found: list[BillingRow] = []
    after = 0
    while True:
        async with database.transaction() as connection:
            batches = await repository.list_batches(
                connection, beneficiary_id, after=after, rows_max=_BATCHES_MAX
            )
            if not batches:
                return found
            found += await repository.find_billings(connection, beneficiary_id, person, batches)
        after = batches[-1].id


async def _files(
    database: Database,
    storage: Storage,
    beneficiary_id: int,
    person: Person,
    known_ids: set[int],
) -> tuple[list[RejectRow], list[UploadRow]]:
    """Return the refused records that name a person, and the stored files that do.

    A file is looked at also where no row of it names them: a duplicate leaves no text in its row.
    """
    rejects: list[RejectRow] = []
    uploads: list[UploadRow] = []
    after = 0
    while True:
        async with database.transaction() as connection:
            page = await repository.list_uploads(
                connection, beneficiary_id, after=after, rows_max=_UPLOADS_MAX
            )
        if not page:
            return rejects, uploads
        for upload in page:
            async with database.transaction() as connection:
                refused = await repository.find_rejects(
                    connection, beneficiary_id, person, upload.id
                )
            rejects += refused
            if upload.id in known_ids or refused or await _names(storage, upload, person):
                uploads.append(upload)
        after = page[-1].id


async def _names(storage: Storage, upload: UploadRow, person: Person) -> bool:
    """Whether a stored file names a person, without holding it all."""
    end = b""
    try:
        async for piece in storage.stream(upload.storage_path):
            # Of UTF-16, what stands in a tax id or an address has every other byte zero.
            seen = end + piece
            text = seen.replace(b"\0", b"") if upload.encoding.startswith("utf-16") else seen
            if person.is_in(text.decode("latin-1")):
                return True
            end = seen[-_OVERLAP_BYTES:]
    except NotFound:
        return False
    return False


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
