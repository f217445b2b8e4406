"""Delivering: a copy of each file goes where the client of the bank looks for it.

It appears whole, under its name. A death between copy and fact delivers it once more, the same
bytes under the same name: the bank knows the number, or the titles.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from cobranca.domain.errors import Permanent
from cobranca.infra.local_files import new_held_file
from cobranca.infra.storage import open_target
from cobranca.infra.telemetry import RemittanceDelivered, emit
from cobranca.pipeline import lease
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.remittances import repository

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.lease import Work
    from cobranca.remittances.repository import DeliveryRow

_SETTING = "COBRANCA_REMITTANCE__DELIVERY_URL"


async def deliver(resources: Resources, work: Work) -> None:
    """Deliver a file. A second try, after a death, writes the same again.

    Raises:
        Transient: what takes the files does not answer; it is tried until it does.
        Permanent: it never will as it is set up.
    """
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        file = await repository.get_delivery(connection, work.subject_id)
    url = resources.settings.remittance.delivery_url
    if url is None:
        raise Permanent(f"Set {_SETTING} again, or download the file", code="DELIVERY_NOT_SET")
    try:
        await _copy(resources, file, url)
    except Permanent as error:
        raise Permanent(f"{_SETTING}: {error.detail}") from error
    crashpoint("remittance-delivered")
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        await repository.add_delivery(connection, work.subject_id)
        await lease.finish(connection, work)
    emit(RemittanceDelivered(remittance_id=work.subject_id))


async def _copy(resources: Resources, file: DeliveryRow, url: str) -> None:
    target = await asyncio.to_thread(open_target, url)
    incoming = resources.settings.data_dir / "incoming"
    incoming.mkdir(parents=True, exist_ok=True, mode=0o750)
    local = new_held_file(incoming, suffix=".rem")
    path = Path(local.name)
    try:
        async for piece in resources.storage.stream(file.storage_path):
            await asyncio.to_thread(local.write, piece)
        await asyncio.to_thread(local.flush)
        await target.copy_file(file.name, path)
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        local.close()
