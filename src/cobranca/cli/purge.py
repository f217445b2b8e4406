"""`cobranca purge`: deletes for good what ended long ago."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from cobranca.infra.settings import Settings, get_settings
from cobranca.supervisor.open_stack import running_database

if TYPE_CHECKING:
    from cobranca.retention.service import Purged


def purge(
    older_than: Annotated[int, typer.Option(min=1, help="Days since a file has ended.")],
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
) -> None:
    """Delete old files with their billings, boletos and mails for good; their debts are forgotten.

    So are files that were paused as long ago and never went on, mails that came back and were kept
    for a person, suppressed addresses; and stored objects that no row names, older than a day.

    Works while everything runs, and goes on where it was ended.
    """
    settings = get_settings()
    with running_database(settings) as url:
        asyncio.run(_purge(settings, url, days=older_than, yes=yes))


async def _purge(settings: Settings, url: str, *, days: int, yes: bool) -> None:
    from cobranca.infra.db import Database  # noqa: PLC0415 - `--help` must not wait for these.
    from cobranca.infra.log import set_up_logging  # noqa: PLC0415
    from cobranca.infra.storage import open_storage  # noqa: PLC0415
    from cobranca.retention import service  # noqa: PLC0415

    set_up_logging(settings.log_level, "purge")
    database, storage = Database(url, connections_max=1, name="purge"), open_storage(settings)
    await database.open()
    try:
        found = await service.purgeable(database, storage, days=days)
        typer.echo(f"Ended, or paused, more than {days} days ago: {_told(found)}.")
        if (found.uploads or found.bounces or found.unnamed) and not yes:
            typer.confirm("Delete them for good? Their debts could be billed again.", abort=True)
        done = await service.purge(database, storage, days=days)
        typer.echo(f"Deleted {_told(done)}.")
    finally:
        await database.close()


def _told(purged: Purged) -> str:
    return (
        f"{purged.uploads} files with {purged.billings} billings, and"
        f" {purged.bounces} mails that came back and were not understood;"
        f" {purged.unnamed} stored objects that nobody has"
    )
