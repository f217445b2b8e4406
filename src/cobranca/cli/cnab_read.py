"""`cobranca cnab read`: a return file in, one JSON object out."""

from __future__ import annotations

from typing import Annotated, Any, Final

import orjson
import typer

from cobranca.cli.cnab_source import SourcePath, opened
from cobranca.domain.cnab.returns import (
    Pix,
    ReturnFile,
    ReturnHeader,
    ReturnRecord,
    Titles,
    Verdict,
    read_return,
    records_of,
)

#: Keys of a record that are there even when they say nothing.
ALWAYS: Final = frozenset(
    {
        "line",
        "occurrence",
        "kind",
        "our_number",
        "our_number_in_file",
        "our_number_printed",
        "due_on",
        "occurred_on",
        "credited_on",
        "title_cents",
        "paid_cents",
        "net_cents",
        "reasons",
    }
)
_FOREIGN: Final = "of another agreement or account than the file's"


def read(
    file: SourcePath,
    agreement: Annotated[
        list[str] | None,
        typer.Option(help="Refuse files of other agreements; may be given several times."),
    ] = None,
) -> None:
    """Read a bank's return file (retorno) as JSON; exit code 1 when it is refused.

    The file is recognised by its bytes and checked whole: when anything is wrong, verdict, code and
    message say what and where, and there are no records.
    """
    with opened(file) as source:
        found = read_return(source, agreements=agreement)
        head = orjson.dumps(_head(found))
        typer.echo(head[:-1] + b',"records":[', nl=False)
        separator = b""
        for titles in found.titles():
            typer.echo(separator + _records(titles), nl=False)
            separator = b","
        typer.echo(b"]}")
    raise typer.Exit(1 if found.verdict is Verdict.REFUSE else 0)


def _head(found: ReturnFile) -> dict[str, Any]:
    refusal = found.refusal
    head: dict[str, Any] = {
        "bank": found.bank,
        "layout": found.layout,
        "verdict": found.verdict,
        "code": refusal.code if refusal else "",
        "encoding": found.encoding,
        "lines": found.line_count,
        "header": _header(found.header) if found.header else None,
    }
    if refusal is not None:
        head |= {"message": refusal.message, "line": refusal.line}
        head |= {"first": refusal.first, "last": refusal.last}
    if found.lots:
        head["lots"] = found.lots
    if found.verdict is Verdict.REPORT:
        head["report"] = found.report
    return head


def _header(header: ReturnHeader) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "company": header.company,
        "agreement": header.agreement,
        "created": header.created,
        "sequence": header.sequence,
    }
    return facts if header.version is None else facts | {"version": header.version}


def _records(titles: Titles) -> bytes:
    return b",".join(orjson.dumps(_facts(record)) for record in records_of(titles))


def _facts(record: ReturnRecord) -> dict[str, Any]:
    """Give what a record says, without the keys that say nothing."""
    facts: dict[str, Any] = {}
    for name in ReturnRecord.__slots__:
        value: Any = getattr(record, name)
        if name == "pix" and value is not None:
            value = _pix(value)
        if name in ALWAYS or value not in (None, "", 0, ()):
            facts[name] = value
    if facts.pop("is_foreign", False):
        facts["our_number_note"] = _FOREIGN
    return facts


def _pix(pix: Pix) -> dict[str, Any]:
    facts = {name: getattr(pix, name) for name in Pix.NAMES if getattr(pix, name) is not None}
    return {**facts, "line": pix.line}
