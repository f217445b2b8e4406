"""`cobranca bounces`: reads mails that came back, from files, mailboxes or standard input."""

from __future__ import annotations

import asyncio
import mailbox
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cobranca.infra.settings import Settings, get_settings
from cobranca.notifications.mime_parts import MESSAGE_BYTES_MAX as BOUNCE_BYTES_MAX
from cobranca.supervisor.open_stack import running_database

if TYPE_CHECKING:
    from collections.abc import Iterator


#: Names that are told of files that could not be opened.
_SHOWN_MAX = 5


def bounces(
    paths: Annotated[
        list[str], typer.Argument(help="Messages (.eml), mbox files, Maildirs, folders, or -.")
    ],
) -> None:
    """Read mails that came back: note which debts they are about, suppress dead addresses.

    The same message again changes nothing, so a mailbox may be read as often as you like.
    """
    settings = get_settings()
    missing = [path for path in paths if path != "-" and not Path(path).exists()]
    if missing:
        typer.echo(f"There is no {', '.join(missing)}", err=True)
        raise typer.Exit(1)
    with running_database(settings) as url:
        asyncio.run(_read(settings, url, paths))


async def _read(settings: Settings, url: str, paths: list[str]) -> None:
    from cobranca.infra.db import Database  # noqa: PLC0415 - `--help` must not wait for these.
    from cobranca.infra.log import set_up_logging  # noqa: PLC0415
    from cobranca.infra.storage import open_storage  # noqa: PLC0415
    from cobranca.notifications.bounce_reader import BounceReader  # noqa: PLC0415
    from cobranca.notifications.bounces import BounceDesk, BounceOutcome  # noqa: PLC0415

    # A line for each message is for metrics; here the counts at the end tell it.
    set_up_logging("warning", "bounces")
    database, storage = Database(url, connections_max=1, name="bounces"), open_storage(settings)
    reader = BounceReader()
    desk = BounceDesk(database=database, storage=storage, settings=settings, reader=reader)
    await database.open()
    counts: Counter[BounceOutcome] = Counter()
    unread: list[str] = []
    try:
        for path in paths:
            for content in _messages(path, unread):
                settled = await desk.settle(content)
                counts[settled.outcome] += 1
                if settled.kept_as:
                    typer.echo(f"Not understood, kept as {settled.kept_as}", err=True)
    finally:
        await reader.aclose()
        await database.close()
    told = ", ".join(f"{counts[outcome]} {outcome.lower()}" for outcome in BounceOutcome)
    typer.echo(f"{counts.total()} messages: {told}.")
    if unread:
        shown = ", ".join(unread[:_SHOWN_MAX])
        typer.echo(f"{len(unread)} files could not be opened: {shown}", err=True)


def _messages(path: str, unread: list[str]) -> Iterator[bytes]:
    """Yield the beginning of each message of a file, an mbox, a Maildir or a folder of files.

    A file that cannot be opened is added to `unread`, and is in no other one's way.
    """
    if path == "-":
        yield sys.stdin.buffer.read(BOUNCE_BYTES_MAX)
        return
    place = Path(path)
    if place.is_dir():
        for name in sorted(place.rglob("*")):
            # A Maildir keeps in tmp what is still being written.
            if name.is_file() and name.parent.name != "tmp":
                yield from _messages(str(name), unread)
        return
    try:
        is_mailbox = _beginning(place, 5) == b"From "
        # What matters stands before the returned mail's own attachment.
        contents = _of_mailbox(place) if is_mailbox else iter([_beginning(place, BOUNCE_BYTES_MAX)])
    except OSError:
        # Moved on by the mail server, or another account's.
        unread.append(path)
        return
    yield from contents


def _of_mailbox(place: Path) -> Iterator[bytes]:
    with closing(mailbox.mbox(place, create=False)) as box:
        for key in box.iterkeys():
            with closing(box.get_file(key)) as message:
                yield message.read(BOUNCE_BYTES_MAX)


def _beginning(place: Path, bytes_max: int) -> bytes:
    with place.open("rb") as file:
        return file.read(bytes_max)
