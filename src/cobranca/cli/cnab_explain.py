"""`cobranca cnab explain`: a CNAB file, line by line and field by field."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from cobranca.cli.cnab_source import SourcePath, opened
from cobranca.domain.cnab.layouts import LAYOUTS
from cobranca.domain.cnab.returns import ReturnFile, Verdict, read_return
from cobranca.domain.cnab.returns.explain import ExplainedField, ExplainedLine, explain

#: The records of remittances by layout, from the tables that they are written by.
REMITTANCES: Final = {code: layout.records for code, layout in LAYOUTS.items()}
_HEAD: Final = "{:>9}  {:24}  {}"


def explain_file(
    file: SourcePath,
    line: Annotated[
        int, typer.Option(help="Explain this line alone; 0 explains all of them.", min=0)
    ] = 0,
) -> None:
    """Explain a CNAB file field by field, as far as a broken file can be followed.

    Each field comes with its places, its name, the raw text in bars, and what it means.
    """
    with opened(file) as source:
        typer.echo(_summary(read_return(source)))
        for told in explain(source, REMITTANCES):
            if line in (0, told.number):
                typer.echo(_text(told))


def _summary(found: ReturnFile) -> str:
    if found.verdict is Verdict.REPORT:
        return f"Bank {found.bank} refused a whole remittance; {len(found.report)} faults."
    if found.refusal is not None:
        return f"Not accepted as a return file ({found.refusal.code}). {found.refusal.message}"
    return f"Return file of bank {found.bank}, {found.layout} places, {found.line_count} lines."


def _text(told: ExplainedLine) -> str:
    head = f"\nline {told.number}: {told.record} ({told.length} characters)"
    return "\n".join([head, *map(_field_text, told.fields)])


def _field_text(field: ExplainedField) -> str:
    places = str(field.first) if field.first == field.last else f"{field.first}-{field.last}"
    # What is no character for a terminal may be one that steers it.
    raw = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in field.raw)
    return _HEAD.format(places, field.name, f"|{raw}|  {field.meaning}".rstrip())
