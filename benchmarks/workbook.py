"""A workbook of as many rows as a sheet has: the time and memory until it is a CSV.

What follows is what any CSV takes, which `line` measures.
"""

from __future__ import annotations

import csv
import datetime as dt
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter

from benchmarks.figure import Figure
from cobranca.cli.sample_csv import SampleOptions, generate_csv
from cobranca.uploads.workbooks import WorkbookBounds, WorkbookKind, as_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Beside the header.
_ROWS_MAX = 1_048_575
_BOUNDS = WorkbookBounds(memory_bytes=2 << 30, seconds=600, disk_free_bytes=1)


def measure(rows: int, repeat: int) -> list[Figure]:
    """Measure the reading of one sheet, and the most memory of the process that does it."""
    rows = min(rows, _ROWS_MAX)
    with tempfile.TemporaryDirectory(prefix="cobranca-bench-") as folder:
        path = Path(folder) / "debts.xlsx"
        _write(path, rows)
        runs = [_apart(path) for _ in range(repeat)]
        size_mb = path.stat().st_size / 1e6
    name = f".xlsx of {rows:,} rows"
    return [
        Figure(
            name=f"{name} to its CSV",
            unit="s",
            values=[seconds for seconds, _ in runs],
            note=f"{size_mb:.0f} MB",
        ),
        Figure(
            name=f"{name}: the process that reads it, peak",
            unit="MB",
            values=[peak_mb for _, peak_mb in runs],
            must=1000,
        ),
    ]


def _write(path: Path, rows: int) -> None:
    """Write the sample file as a sheet with typed amounts and dates."""
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet("Debts")
        dated = workbook.add_format({"num_format": "dd/mm/yyyy"})
        lines = (line.decode() for line in generate_csv(SampleOptions(rows=rows, seed=1)))
        for at, fields in enumerate(csv.reader(_lines_of(lines))):
            name, tax_id, email, amount, due, debt_id = fields
            for column, text in ((0, name), (1, tax_id), (2, email), (5, debt_id)):
                sheet.write_string(at, column, text)
            if at == 0:
                sheet.write_row(0, 3, [amount, due])
                continue
            sheet.write_number(at, 3, float(amount))
            sheet.write_datetime(at, 4, dt.datetime.fromisoformat(due), dated)


def _lines_of(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the lines of pieces that hold many."""
    for piece in pieces:
        yield from piece.splitlines()


def _apart(path: Path) -> tuple[float, float]:
    """Measure in a process that has had no other children."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_convert, path).result()


def _convert(path: Path) -> tuple[float, float]:
    """Return the seconds that it takes, and the child's most memory in MB."""
    begun = time.monotonic()
    with as_csv(
        path,
        WorkbookKind.XLSX,
        sheet=None,
        bounds=_BOUNDS,
        folder=path.parent,
        still_at_it=lambda: None,
    ):
        seconds = time.monotonic() - begun
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
