"""`cobranca boleto`: the boleto engine on the command line, without a server or a database."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Final, NoReturn

import orjson
import typer

from cobranca.cli.boleto_lines import LineNumberer
from cobranca.cli.boleto_pdf import pdf
from cobranca.domain.boleto import (
    BANKS,
    Bank,
    Parameter,
    ReadBoleto,
    format_digitable_line,
    read_boleto,
)
from cobranca.domain.errors import InvalidField
from cobranca.domain.text_format import format_brl

app = typer.Typer(help="Numbers, slips and readings of boletos.", no_args_is_help=True)

app.command()(pdf)

#: How much input is taken at a time: memory stays flat whatever the length of the input.
CHUNK_BYTES: Final = 1 << 20

_JSON = typer.Option("--json", help="Write JSON instead of text.")


@app.command()
def numbers(
    file: Annotated[Path | None, typer.Argument(help="JSON lines; stdin when not given.")] = None,
) -> None:
    """Number boletos: JSON lines in, JSON lines out, in order.

    A line holds bank, our_number (without its check digit), amount_cents, due_date and the bank's
    parameters (`cobranca boleto banks`). Keys that begin with `expected_`, and `source`, are passed
    over. A line that cannot be numbered comes out as {"error": {"field", "code", "message"}}.
    """
    numberer = LineNumberer()
    for chunk in _chunks(file):
        typer.echo(b"".join(numberer.answers(chunk)), nl=False)


@app.command()
def read(
    line: Annotated[list[str], typer.Argument(help="44 or 47 digits, with or without the mask.")],
    today: Annotated[
        str, typer.Option(help="Day of reading, YYYY-MM-DD; the computer's when not given.")
    ] = "",
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Read a barcode or a digitable line; exit code 1 when it is none or a check digit is wrong."""
    try:
        day = date.fromisoformat(today) if today else date.today()  # noqa: DTZ011 The user's day.
    except ValueError as error:
        raise typer.BadParameter("a date is YYYY-MM-DD", param_hint="--today") from error
    try:
        boleto = read_boleto(" ".join(line), day)
    except InvalidField as error:
        _fail(error, as_json=as_json)
    if as_json:
        typer.echo(orjson.dumps(_facts(boleto)).decode())
    else:
        typer.echo("\n".join(f"{name:16}{text}" for name, text in _reading(boleto)))
    raise typer.Exit(1 if boleto.wrong_check_digits else 0)


@app.command()
def banks(as_json: Annotated[bool, _JSON] = False) -> None:
    """List the banks with their parameters."""
    if as_json:
        typer.echo(orjson.dumps([_bank_facts(bank) for bank in BANKS.values()]).decode())
        return
    for bank in BANKS.values():
        typer.echo(f"{bank.printed_code} {bank.name}  (proof: {bank.proof})")
        for parameter in bank.parameters:
            typer.echo(f"      {_parameter_text(parameter)}")


def _chunks(file: Path | None) -> Iterator[Iterable[bytes]]:
    if file is None:
        while lines := sys.stdin.buffer.readlines(CHUNK_BYTES):
            yield lines
        return
    with file.open("rb") as source:
        while lines := source.readlines(CHUNK_BYTES):
            yield lines


def _fail(error: InvalidField, *, as_json: bool) -> NoReturn:
    if as_json:
        body = {"field": error.field, "code": error.code, "message": error.detail}
        typer.echo(orjson.dumps({"error": body}).decode())
    else:
        typer.echo(f"{error.field}: {error.detail} ({error.code})", err=True)
    raise typer.Exit(1)


def _facts(boleto: ReadBoleto) -> dict[str, object]:
    known = BANKS.get(boleto.bank)
    return {
        "bank": boleto.bank,
        "bank_name": known.name if known else None,
        "due_date": boleto.due_date,
        "due_factor": boleto.due_factor,
        "amount_cents": boleto.amount_cents,
        "free_field": boleto.free_field,
        "barcode": boleto.barcode,
        "digitable_line": boleto.digitable_line,
        "wrong_check_digits": boleto.wrong_check_digits,
    }


def _reading(boleto: ReadBoleto) -> list[tuple[str, str]]:
    known = BANKS.get(boleto.bank)
    wrong = ", ".join(boleto.wrong_check_digits)
    amount = f"{format_brl(boleto.amount_cents)} ({boleto.amount_cents} cents)"
    return [
        ("bank", f"{boleto.bank} {known.name if known else '(not known here)'}"),
        ("due date", _due_date_text(boleto)),
        ("amount", amount if boleto.amount_cents else "open: the payer fills it in"),
        ("free field", boleto.free_field),
        ("barcode", boleto.barcode),
        ("digitable line", format_digitable_line(boleto.digitable_line)),
        ("check digits", f"WRONG: {wrong}" if wrong else "all right"),
    ]


def _due_date_text(boleto: ReadBoleto) -> str:
    if boleto.due_date is not None:
        return f"{boleto.due_date} (factor {boleto.due_factor:04d})"
    if boleto.due_factor:
        return f"unknown: factor {boleto.due_factor} is outside the window around this day"
    return "none"


def _bank_facts(bank: Bank) -> dict[str, object]:
    return {
        "code": bank.code,
        "name": bank.name,
        "printed_code": bank.printed_code,
        "proof": bank.proof,
        "wallets": bank.wallets,
        "warnings": bank.warnings,
        "parameters": [
            {
                "name": parameter.name,
                "lengths": parameter.lengths,
                "needed": parameter.needed,
                "needed_when": parameter.needed_when,
                "values": parameter.values,
                "for_issuing": parameter.for_issuing,
                "description": parameter.description,
            }
            for parameter in bank.parameters
        ],
    }


def _parameter_text(parameter: Parameter) -> str:
    widths = " or ".join(map(str, parameter.lengths))
    if parameter.for_issuing:
        when = "optional, only to make our numbers of sequence numbers"
    elif parameter.needed:
        when = "needed"
    else:
        when = f"needed {parameter.needed_when}"
    return f"{parameter.name:20}{widths:>16} digits  {when}. {parameter.description}"
