"""`cobranca check FILE`: what would become of a file, told before anything of it is billed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from cobranca.domain.errors import InputError, Transient
from cobranca.domain.text_format import format_brl
from cobranca.infra.settings import Settings, get_settings
from cobranca.supervisor.embedded.postgres import running_url

if TYPE_CHECKING:
    from cobranca.uploads.checks.check_file import CheckJob, CheckResult
    from cobranca.uploads.reading import Reading

_KINDS = {"rejected": "fora", "duplicate": "já cobrada", "warning": "aviso"}
_REPAIRS = {
    "lost_zeros": "--lost-zeros",
    "thousands": "--thousands",
    "past_due_dates": "--past-due-dates",
}
_DATES = {"plain": "sem dúvida", "day-first": "dia/mês", "month-first": "mês/dia"}
_DECIMALS = {"comma": "vírgula", "point": "ponto", "any": "não se mostra"}


def check(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or workbook"),
    ],
    lost_zeros: Annotated[
        bool, typer.Option("--lost-zeros", help="Put zeros back where a CPF/CNPJ fits.")
    ] = False,
    thousands: Annotated[
        bool, typer.Option("--thousands", help="Read 1.234 as 1234 in a file of decimal commas.")
    ] = False,
    past_due_dates: Annotated[
        str | None, typer.Option(help="accept or reject (default: COBRANCA_DUE_DATE_PAST)")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Of a workbook; else the first one with a header.")
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--columns",
            help="debtId=Proposta: which column is meant, by name or place from 0; repeat it.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object")] = False,
) -> None:
    """Read a file and tell what would be billed and what is odd; nothing is written.

    Debts that are here already are told when DATABASE_URL is set or the product runs.
    """
    from cobranca.uploads.reading import Reading  # noqa: PLC0415 - `--help` must not wait.

    if past_due_dates not in {None, "accept", "reject"}:
        raise typer.BadParameter("accept or reject", param_hint="--past-due-dates")
    reading = Reading(
        lost_zeros=lost_zeros, thousands=thousands, past_due_dates=past_due_dates, sheet=sheet
    )
    told_columns = _columns(columns or [])
    try:
        result = _check(get_settings(), file, reading, told_columns)
    except (InputError, Transient) as error:
        typer.echo(f"{error.detail} ({error.code})", err=True)
        raise typer.Exit(1) from None
    told = _told(result)
    if json:
        typer.echo(orjson.dumps(told).decode())
    elif result.refusal is None:
        _print(told, compared=result.compared)
    if result.refusal is not None:
        typer.echo(f"{result.refusal['detail']} ({result.refusal['code']})", err=True)
    if not result.accepted:
        raise typer.Exit(1)


def _columns(told: list[str]) -> dict[str, int | str]:
    """Read `debtId=Proposta`; a number is a place of the header, from 0."""
    columns: dict[str, int | str] = {}
    for each in told:
        official, is_there, name = each.partition("=")
        if not is_there or not name or official in columns:
            raise typer.BadParameter("as debtId=Proposta, each once", param_hint="--columns")
        columns[official] = int(name) if name.isascii() and name.isdigit() else name
    return columns


def _check(
    settings: Settings, file: Path, reading: Reading, columns: dict[str, int | str]
) -> CheckResult:
    """Read the file in this process, beside the database where there is one.

    Where columns are told, it is read once before, for its header.
    """
    from cobranca.infra.db import translate_outages  # noqa: PLC0415
    from cobranca.uploads.checks.check_file import check_file  # noqa: PLC0415
    from cobranca.uploads.checks.service import positions_of  # noqa: PLC0415

    with translate_outages():
        result = check_file(_job(settings, file, reading))
        if not columns:
            return result
        chosen = positions_of(columns, result.header)
        reading = replace(reading, columns=tuple(sorted(chosen.items())))
        return check_file(_job(settings, file, reading))


def _job(settings: Settings, file: Path, reading: Reading) -> CheckJob:
    from cobranca.infra import clock  # noqa: PLC0415
    from cobranca.infra.db import guarded  # noqa: PLC0415
    from cobranca.uploads.checks.check_file import CheckJob, find_beneficiary  # noqa: PLC0415
    from cobranca.uploads.reading import judgement_of  # noqa: PLC0415
    from cobranca.uploads.workbooks import bounds_of, workbook_kind  # noqa: PLC0415

    url = settings.database_url or running_url(settings.data_dir)
    url = guarded(url) if url else None
    beneficiary_id = find_beneficiary(url, settings.beneficiary.tax_id) if url else None
    return CheckJob(
        path=file,
        workbook=workbook_kind(file),
        workbook_bounds=bounds_of(settings),
        folder=Path(gettempdir()),
        judgement=judgement_of(settings, clock.today()),
        reading=reading,
        database_url=url if beneficiary_id else None,
        beneficiary_id=beneficiary_id or 0,
        recall=not reading.columns,
        rejects_max=settings.rejects_max,
    )


def _told(result: CheckResult) -> dict[str, Any]:
    from cobranca.uploads.checks.report import report_of  # noqa: PLC0415

    return report_of(result)


def _print(told: dict[str, Any], *, compared: bool) -> None:
    console = Console()
    facts = Table(show_header=False, box=None)
    for name, value in _facts(told):
        facts.add_row(name, value)
    console.print(facts)
    if not compared:
        console.print("Sem banco de dados ao lado: o que já foi cobrado não foi comparado.")
    if not told["problems"]:
        return
    found = Table("", "Linhas", "O que encontramos", "Primeiras", "Reparo", box=None)
    for problem in told["problems"]:
        lines = ", ".join(str(example["line_number"]) for example in problem["examples"])
        repair = _REPAIRS.get(problem["repair"], "")
        kind, count = _KINDS[problem["kind"]], _count(problem["count"])
        found.add_row(kind, count, f"{problem['message']} ({problem['code']})", lines, repair)
    console.print(found)


def _facts(told: dict[str, Any]) -> list[tuple[str, str]]:
    read_as = told["read_as"]
    columns = ", ".join(f"{c['official']} = {c['name']}" for c in read_as["columns"])
    facts = [
        ("Linhas", _count(told["records"])),
        ("Serão cobradas", f"{_count(told['accepted'])}, {format_brl(told['amount_cents'])}"),
        ("Rejeitadas", _count(told["rejected"])),
        ("Já cobradas ou repetidas", _count(told["duplicates"])),
        ("  com outro valor ou vencimento", _count(told["conflicts"])),
    ]
    if told["accepted"]:
        least, largest = told["amount_min_cents"], told["amount_max_cents"]
        facts += [
            ("Valores", f"{format_brl(least)} a {format_brl(largest)}"),
            ("Vencimentos", f"{told['due_date_first']} a {told['due_date_last']}"),
        ]
    encoding = read_as["encoding"] + (f", aba “{read_as['sheet']}”" if read_as["sheet"] else "")
    decimals, dates = _DECIMALS[read_as["decimals"]], _DATES[read_as["dates"]]
    ignored = ", ".join(read_as["ignored"])
    return [
        *facts,
        ("Lido como", f"{encoding}, decimais: {decimals}, datas: {dates}"),
        ("Colunas", columns),
        *([("Colunas que não foram lidas", ignored)] if ignored else []),
    ]


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")
