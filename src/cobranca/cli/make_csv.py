"""`cobranca make-csv`: writes a file in the official format, to try the product with."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer

from cobranca.cli.sample_csv import ROWS_MAX, SampleOptions, generate_csv
from cobranca.domain.errors import InvalidField

_DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]


def make_csv(
    rows: Annotated[int, typer.Argument(min=0, max=ROWS_MAX, help="Data rows to write.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="File to write; - is the standard output.")
    ] = Path("-"),
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    valid_cpf: Annotated[
        bool,
        typer.Option("--valid-cpf", help="Valid CPFs, not the four digits of the official file."),
    ] = False,
    bad_share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of rows that must be rejected.")
    ] = 0.0,
    due_from: Annotated[
        dt.datetime, typer.Option(formats=_DATE_FORMATS, help="First due date.")
    ] = dt.datetime(2022, 10, 1),  # noqa: DTZ001 - a calendar day, as typer hands one over.
    due_to: Annotated[
        dt.datetime, typer.Option(formats=_DATE_FORMATS, help="Last due date.")
    ] = dt.datetime(2024, 10, 31),  # noqa: DTZ001
) -> None:
    """Write a CSV of debts in the official format: deterministic, as large as you like."""
    try:
        options = SampleOptions(
            rows=rows,
            seed=seed,
            valid_cpf=valid_cpf,
            bad_share=bad_share,
            due_from=due_from.date(),
            due_to=due_to.date(),
        )
    except InvalidField as error:
        raise typer.BadParameter(error.detail, param_hint=error.field) from error
    if out == Path("-"):
        for piece in generate_csv(options):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    with out.open("wb") as file:
        file.writelines(generate_csv(options))
    typer.echo(f"{out}: {rows} rows, {out.stat().st_size / 1e6:.1f} MB", err=True)
