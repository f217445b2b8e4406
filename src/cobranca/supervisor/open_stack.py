"""For commands that work on the product's database beside it, while it runs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from cobranca.domain.errors import CobrancaError
from cobranca.supervisor.child_account import step_down
from cobranca.supervisor.embedded.postgres import running_url

if TYPE_CHECKING:
    from collections.abc import Generator

    from cobranca.infra.settings import Settings


@contextmanager
def running_database(settings: Settings) -> Generator[str]:
    """Give the URL of the database; what goes wrong is told in words, and ends the command with 1.

    It is DATABASE_URL, else the embedded one of the data folder, which must be running. Root
    becomes the account that its processes run under, where they have one of their own.
    """
    url = settings.database_url or running_url(settings.data_dir)
    if url is None:
        typer.echo("Set DATABASE_URL, or call it while `cobranca up` runs.", err=True)
        raise typer.Exit(1)
    step_down(settings)
    try:
        yield url
    except CobrancaError as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(1) from None
