"""Return files: taken in, posted at once or as work, listed, and posted by hand."""

from __future__ import annotations

import asyncio
import mmap
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from cobranca.domain.errors import Conflict, NotFound
from cobranca.domain.events import WorkReady
from cobranca.infra.db import cut_page
from cobranca.infra.telemetry import ReturnFileRead, emit
from cobranca.infra.tracing import traceparent
from cobranca.payments import intake, records, repository
from cobranca.payments.schemas import RecordsPage, ReturnFile, ReturnFilesPage
from cobranca.payments.shown import shown_file
from cobranca.pipeline import groups, lease
from cobranca.pipeline.crashpoint import crashpoint

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from cobranca.infra.db import Connection, Database
    from cobranca.infra.resources import Resources
    from cobranca.payments.receive import ReceivedReturn
    from cobranca.payments.rows import FileRow, ListedFileRow
    from cobranca.pipeline.lease import Work

#: The kind of work that posts a return file.
POST: Final = "post"
#: A larger file is posted by a worker; the caller asks again for what became of it.
_AT_ONCE_BYTES: Final = 2 * 1024 * 1024
#: Files whose counts one sweep makes anew; each may have millions of billings.
_COUNTED_MAX: Final = 20


async def take_file(
    resources: Resources,
    beneficiary_id: int,
    received: ReceivedReturn,
    *,
    came_by: str,
    linked: bool = False,
    changed_ns: int | None = None,
) -> ReturnFile:
    """Keep a file, and post it: at once when it is small, else as work.

    Raises:
        Transient: the storage or the database does not answer, or another file is being posted.
    """
    path = repository.path_of(received.sha256)
    await resources.storage.put_file(path, received.path)
    crashpoint("return-stored")
    reading = None
    at_once = received.size_bytes <= _AT_ONCE_BYTES
    if at_once:
        reading = await intake.read(await asyncio.to_thread(received.path.read_bytes))
    async with resources.database.transaction() as connection:
        group_id = None
        if reading is None:
            group_id = await groups.open_group(connection, traceparent=traceparent())
        file_id, _ = await repository.add_file(
            connection,
            beneficiary_id=beneficiary_id,
            name=received.name,
            sha256=received.sha256,
            size_bytes=received.size_bytes,
            storage_path=path,
            came_by=came_by,
            changed_ns=changed_ns,
            linked=linked,
            work_group_id=group_id,
        )
        row = await repository.read_file(connection, file_id)
        if group_id is not None:
            await groups.add_work(connection, group_id, POST, [file_id])
        elif reading is not None:
            await repository.be_brief(connection)
            at = await repository.take_turn(connection, beneficiary_id)
            await intake.take_in(connection, resources.settings, row, reading, at=at, linked=linked)
            crashpoint("return-posted")
        row = await repository.read_file(connection, file_id)
    if reading is None:
        await resources.bus.publish([WorkReady(kind=POST)])
    _told(row)
    return await get_file(resources.database, beneficiary_id, row.public_id)


async def post_work(resources: Resources, work: Work) -> None:
    """Post the file that work is about: whole, once, or not at all."""
    async with resources.database.transaction() as connection:
        row = await repository.read_file(connection, work.subject_id)
    async with _mapped(resources, row) as source:
        reading = await intake.read(source)
        async with resources.database.transaction() as connection:
            await lease.lock(connection, work)
            at = await repository.take_turn(connection, row.beneficiary_id)
            await repository.drop_shown(connection, row.id)
            await intake.take_in(
                connection,
                resources.settings,
                row,
                reading,
                at=at,
                linked=row.linked,
                wanted=row.wanted,
            )
            await lease.finish(connection, work)
            crashpoint("return-work-posted")
            row = await repository.read_file(connection, row.id)
    _told(row)


async def post_shown(resources: Resources, beneficiary_id: int, file_id: UUID) -> ReturnFile:
    """Post a file that was only shown, or is in conflict with another, because a person says so.

    Raises:
        NotFound: the beneficiary has no such file.
        Conflict: there is nothing of it to be posted.
    """
    async with resources.database.transaction() as connection:
        row = await _find(connection, beneficiary_id, file_id)
        if row.posted_at is not None:
            return await get_file(resources.database, beneficiary_id, file_id)
        if not row.shown_only or row.verdict not in {"accept", "conflict"}:
            raise Conflict(
                f"Nothing of the file {file_id} can be posted: its verdict is {row.verdict}",
                code="RETURN_NOT_SHOWN",
            )
        await repository.want_posted(connection, row.id)
        group_id = row.work_group_id or await groups.open_group(connection)
        await groups.add_work(connection, group_id, POST, [row.id])
        await groups.restart(connection, POST, [row.id])
    await resources.bus.publish([WorkReady(kind=POST)])
    return await get_file(resources.database, beneficiary_id, file_id)


async def list_files(
    database: Database, beneficiary_id: int, *, after: int | None, limit: int
) -> ReturnFilesPage:
    """Return a page of the files, newest first."""
    async with database.transaction() as connection:
        rows = await repository.list_files(
            connection, beneficiary_id=beneficiary_id, before=after, rows_max=limit + 1
        )
    page, after_page = cut_page(rows, limit)
    return ReturnFilesPage(records=[shown_file(row) for row in page], next=after_page)


async def get_file(database: Database, beneficiary_id: int, file_id: UUID) -> ReturnFile:
    """Return one file with what became of it.

    Raises:
        NotFound: the beneficiary has no such file.
    """
    async with database.transaction() as connection:
        return shown_file(await _find(connection, beneficiary_id, file_id))


async def list_records(
    database: Database,
    beneficiary_id: int,
    file_id: UUID,
    *,
    fate: str | None,
    after: int,
    limit: int,
) -> RecordsPage:
    """Return a page of a file's records by line.

    Raises:
        NotFound: the beneficiary has no such file.
    """
    async with database.transaction() as connection:
        row = await _find(connection, beneficiary_id, file_id)
        return await records.page(connection, row, fate=fate, after=after, limit=limit)


async def _find(connection: Connection, beneficiary_id: int, file_id: UUID) -> ListedFileRow:
    row = await repository.find_file(connection, beneficiary_id=beneficiary_id, public_id=file_id)
    if row is None:
        raise NotFound(f"There is no return file {file_id}")
    return row


async def count_settled_uploads(database: Database) -> int:
    """Count what was paid and refused of files that have changed; return how many."""
    for count in range(_COUNTED_MAX):
        async with database.transaction() as connection:
            if not await repository.count_settled(connection):
                return count
    return _COUNTED_MAX


@asynccontextmanager
async def _mapped(resources: Resources, row: FileRow) -> AsyncGenerator[bytes]:
    """Map a stored file, so that memory does not grow with it."""
    folder = resources.settings.data_dir / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    async with resources.storage.opened(row.storage_path, folder) as file:
        if not os.fstat(file.fileno()).st_size:
            yield b""
            return
        mapped: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            yield mapped
        finally:
            mapped.close()


def _told(row: FileRow) -> None:
    if row.verdict is not None:
        counted = row.tally or {}
        emit(
            ReturnFileRead(
                file_id=row.id,
                verdict=row.verdict,
                code=row.code,
                records=counted.get("records", 0),
                posted=row.posted_at is not None,
            )
        )
