"""`cobranca up`: start the whole product here and keep it running until Ctrl-C."""

from __future__ import annotations

import time

import typer

from cobranca.infra.settings import get_settings
from cobranca.infra.settings_check import unread_settings
from cobranca.supervisor.embedded.child_process import StartError
from cobranca.supervisor.stack import Addresses, running_stack

#: How late a signal may be taken that comes just before the main thread falls asleep.
_TURN_S = 0.5


def up() -> None:
    """Start the API, the page, the workers and, unless given, PostgreSQL and NATS."""
    started = time.monotonic()
    settings = get_settings()
    for message in unread_settings():
        typer.echo(message, err=True)
    try:
        with running_stack(settings, ui=True, say=typer.echo) as addresses:
            _greet(addresses, time.monotonic() - started)
            while True:
                # `signal.pause` would sleep for ever over a signal that came right before it.
                time.sleep(_TURN_S)
    except StartError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("Cobrança has stopped.")


def _greet(addresses: Addresses, seconds: float) -> None:
    typer.echo(f"Cobrança is ready ({seconds:.1f} s).")
    typer.echo(f"  Page   {addresses.ui_url}")
    typer.echo(f"  API    {addresses.api_url}/docs")
    typer.echo(f"  Data   {get_settings().data_dir.absolute()}")
    typer.echo("Ctrl-C stops it.")
