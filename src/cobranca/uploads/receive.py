"""Takes an uploaded body to the disk as it comes, in the place that it was let in to.

What it does not do: look inside the file. That is `ingest`.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.domain.errors import MediaTypeInvalid
from cobranca.http.file_body import clean_name, take_file
from cobranca.http.spool import Spool
from cobranca.infra.tracing import span
from cobranca.uploads.workbooks import WORKBOOK_MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from starlette.requests import Request

    from cobranca.uploads.admission import Admission

_RAW_TYPES = {"text/csv", "application/csv", "text/plain", "application/octet-stream",
              *WORKBOOK_MEDIA_TYPES}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An uploaded file on the local disk, whole."""

    path: Path
    name: str
    size_bytes: int
    sha256: bytes


@asynccontextmanager
async def received_file(request: Request, admission: Admission) -> AsyncGenerator[Received]:
    """Take the request's body to DATA_DIR/incoming; the local file is gone when the context ends.

    Raises:
        Transient: too much is being received already; nothing of the body was read.
        MediaTypeInvalid: neither multipart nor CSV, or a compressed body.
        UploadTooLarge: over the limit, by its announced or by its real size.
        StorageFull: the disk would get too full.
        UploadCutOff: the sender left, or was too slow.
        InputError: the multipart body is broken or cut off, or has no part `file`, or other files.
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise MediaTypeInvalid("Send the file as it is, without Content-Encoding")
    with admission.admitted(request.headers.get("content-length")) as admitted:
        spool = Spool(
            admission.incoming, admission.settings, suffix=".csv", arrived=admitted.arrived
        )
        try:
            with span("receive") as receiving:
                name = await take_file(request, spool, raw_types=_RAW_TYPES)
                if name is None:
                    name = request.query_params.get("name", "")
                digest = await spool.finish()
                admission.received(admitted, spool.size_bytes)
                receiving.note(bytes=spool.size_bytes)
            yield Received(
                path=spool.path,
                name=clean_name(name, otherwise="billings.csv"),
                size_bytes=spool.size_bytes,
                sha256=digest,
            )
        finally:
            await spool.remove()
