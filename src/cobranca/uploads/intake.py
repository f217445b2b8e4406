"""What an API process holds to take files in and to tell how far they are."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.uploads.admission import Admission
from cobranca.uploads.ingest_pool import IngestPool
from cobranca.uploads.progress import Progress

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cobranca.infra.db import Database
    from cobranca.infra.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Who is let in, who reads the files, and who is told of them."""

    admission: Admission
    ingest_pool: IngestPool
    progress: Progress


@asynccontextmanager
async def opened_intake(settings: Settings, watch: Database) -> AsyncGenerator[Intake]:
    """Begin with nothing in hand; end the processes and the streams at the end."""
    intake = Intake(
        admission=Admission(settings), ingest_pool=IngestPool(), progress=Progress(watch)
    )
    try:
        yield intake
    finally:
        intake.ingest_pool.close()
        await intake.progress.close()
