"""Writes workbooks as spreadsheets write them, from the values of their cells."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

#: What a cell of a test is: a value with its type, a formula, or nothing.
Value = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A formula with the value that the spreadsheet has kept for it."""

    text: str = "=A1"
    value: str | float | bool


def xlsx_of(
    sheets: Mapping[str, Sequence[Sequence[Value]]],
    *,
    hidden: Sequence[str] = (),
    date_1904: bool = False,
    date_format: str = "dd/mm/yyyy",
) -> bytes:
    """Return a workbook with these sheets, each a list of rows; None is an empty cell."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "date_1904": date_1904}
    with xlsxwriter.Workbook(target, options) as workbook:
        dated = workbook.add_format({"num_format": date_format})
        money = workbook.add_format({"num_format": "R$ #,##0.00"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    _write(sheet, (at, column), value, dated, money)
    return target.getvalue()


def _write(sheet: Any, at: tuple[int, int], value: Value, dated: Any, money: Any) -> None:
    if value is None:
        return
    if isinstance(value, Formula):
        sheet.write_formula(*at, value.text, None, value.value)
    elif isinstance(value, bool):
        sheet.write_boolean(*at, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(*at, value, dated)
    elif isinstance(value, int | float):
        sheet.write_number(*at, value, money if isinstance(value, float) else None)
    else:
        sheet.write_string(*at, value)


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return an archive in which a part is changed."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for part in source.infolist():
            text = source.read(part)
            copy.writestr(part.filename, change(text) if part.filename == name else text)
    return target.getvalue()


def zip_of(**parts: str) -> bytes:
    """Return an archive of parts, by their names with `__` for `/` and `_` for `.`."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return target.getvalue()
