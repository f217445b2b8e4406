"""The processes one by one, for many machines: `api`, `worker`, `scheduler`, `ui`, `migrate`."""

from __future__ import annotations

from typing import Annotated

import typer

from cobranca.infra.settings import get_settings
from cobranca.supervisor.embedded.child_process import StartError
from cobranca.supervisor.migration import apply_migrations


def api() -> None:
    """Serve the HTTP API (needs DATABASE_URL and NATS_URL)."""
    from cobranca.api import main  # noqa: PLC0415 - `--help` must not wait for any of these.

    main()


def worker(
    role: Annotated[
        str | None, typer.Option(help="issuer, notifier, indexer, or some of them; all unless told")
    ] = None,
) -> None:
    """Issue boletos, write to payers, fill the search (needs DATABASE_URL and NATS_URL)."""
    from cobranca.worker import run  # noqa: PLC0415

    run(role)


def scheduler() -> None:
    """Tell again whatever has stood still; any number may run."""
    from cobranca.scheduler import main  # noqa: PLC0415

    main()


def ui() -> None:
    """Serve the page."""
    from cobranca.ui import main  # noqa: PLC0415

    main()


def migrate() -> None:
    """Bring the database of DATABASE_URL to the newest schema; again is harmless."""
    url = get_settings().database_url
    if url is None:
        typer.echo("Set DATABASE_URL; the embedded database migrates at `cobranca up`.", err=True)
        raise typer.Exit(1)
    try:
        applied = apply_migrations(url)
    except StartError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for name in applied:
        typer.echo(name)
