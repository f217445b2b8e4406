"""Takes a return file to the disk as it comes."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.http.file_body import clean_name, take_file
from cobranca.http.spool import Spool

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from starlette.requests import Request

    from cobranca.infra.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedReturn:
    """A return file on the local disk, whole."""

    path: Path
    name: str
    sha256: bytes
    size_bytes: int


@asynccontextmanager
async def received_return(
    request: Request, settings: Settings, name: str
) -> AsyncGenerator[ReceivedReturn]:
    """Take the request's body to the data folder; the local file is gone when the context ends.

    Raises:
        UploadTooLarge: over the limit.
        StorageFull: the disk has no room.
        UploadCutOff: the sender left, or was too slow.
        InputError: a form that is broken, or has no part `file`.
    """
    spool = await asyncio.to_thread(_spool, settings)
    try:
        name = await take_file(request, spool) or name
        digest = await spool.finish()
        yield ReceivedReturn(
            path=spool.path,
            name=clean_name(name, otherwise="retorno.ret"),
            sha256=digest,
            size_bytes=spool.size_bytes,
        )
    finally:
        await spool.remove()


def _spool(settings: Settings) -> Spool:
    folder = settings.data_dir / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    return Spool(folder, settings, suffix=".ret")
