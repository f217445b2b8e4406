"""Columns as CSV: what Brazilian spreadsheets open by a double click, no field of it a formula."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cobranca.billings.out.columns import HEADERS, SEPARATOR, STATUS_NAMES, written_days
from cobranca.domain.spreadsheet import FORMULA_SIGNS, unarmed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cobranca.billings.out.columns import Columns

_LINE_END: Final = "\r\n"
#: What makes a column be looked at text by text: delimiters, quotes, the ends of lines, and signs
#: of formulas where a text begins.
_SUSPECT: Final = re.compile(rf'[,;|\t\r\n\0"]|(?:\A|{SEPARATOR}) *[{re.escape(FORMULA_SIGNS)}]')
_QUOTED: Final = re.compile(r'["\r\n]')


def csv_head(delimiter: str) -> bytes:
    """Return the first line: the names of the columns."""
    return (delimiter.join(HEADERS) + _LINE_END).encode()


def csv_lines(columns: Columns, delimiter: str) -> bytes:
    """Return a line for each billing."""
    amounts = [f"{cents // 100},{cents % 100:02d}" for cents in columns.amount_cents]
    if delimiter == ",":
        amounts = [f'"{amount}"' for amount in amounts]
    file_name = _field(columns.file_name, delimiter)
    rows = zip(
        map(str, columns.lines),
        _fields(columns.codes, delimiter),
        _fields(columns.names, delimiter),
        _fields(columns.tax_ids, delimiter),
        _fields(columns.emails, delimiter),
        amounts,
        written_days(columns.due_days),
        [STATUS_NAMES[status] for status in columns.statuses],
        _fields(columns.details, delimiter),
        _instants(columns.sent_at),
        _instants(columns.removed_at),
        columns.our_numbers,
        columns.digitable_lines,
        strict=True,
    )
    head, end = file_name + delimiter, _LINE_END
    return "".join([f"{head}{delimiter.join(row)}{end}" for row in rows]).encode()


def _fields(texts: str, delimiter: str) -> list[str]:
    """Part a column, each text disarmed and quoted; most columns have nothing to be done about."""
    parted = texts.split(SEPARATOR)
    if not _SUSPECT.search(texts):
        return parted
    return [_field(text, delimiter) for text in parted]


def _field(text: str, delimiter: str) -> str:
    safe = unarmed(text)
    if delimiter in safe or _QUOTED.search(safe):
        return '"' + safe.replace('"', '""') + '"'
    return safe


def _instants(instants: Sequence[datetime | None]) -> list[str]:
    written = {at: f"{at:%d/%m/%Y %H:%M}" if at else "" for at in set(instants)}
    return [written[at] for at in instants]
