"""The command line. Each command is a file of this folder."""

from __future__ import annotations

import sys

import typer

from cobranca.cli import boleto, cnab, person, remittance
from cobranca.cli.bill import bill
from cobranca.cli.bounces import bounces
from cobranca.cli.check import check
from cobranca.cli.make_csv import make_csv
from cobranca.cli.processes import api, migrate, scheduler, ui, worker
from cobranca.cli.purge import purge
from cobranca.cli.up import up
from cobranca.domain.errors import SettingsInvalid

app = typer.Typer(
    name="cobranca",
    help="Bulk billing for Brazil: a CSV of debts in, real boletos out, e-mailed and followed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(up)
app.command()(bill)
app.command()(check)
app.command()(make_csv)
app.command()(purge)
app.command()(bounces)
for process in (api, worker, scheduler, ui, migrate):
    app.command(rich_help_panel="Many machines")(process)
app.add_typer(boleto.app, name="boleto")
app.add_typer(cnab.app, name="cnab")
app.add_typer(person.app, name="person")
app.add_typer(remittance.app, name="remittance")


def main() -> None:
    """Run the command line; wrong settings end in a sentence, whatever the command."""
    try:
        app()
    except SettingsInvalid as error:
        typer.echo(error.detail, err=True)
        sys.exit(1)
