"""`make bench`: the speed table of the design, as ratios and medians of several runs.

    python -m benchmarks [--rows 1100000] [--repeat 3] [--only engine,line,mail,workbook,search,out,
                         cnab] [--large]

The machine's absolute speed varies; what is compared is measured in turn, within one run. The
figures are printed and written to benchmarks/results with the machine's data. These are no tests:
nothing fails here.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks import cnab, engine, line, mail, out, search, workbook
from benchmarks.figure import Figure
from cobranca import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = Path(__file__).parent / "results"

PARTS: dict[str, Callable[[int, int], list[Figure]]] = {
    "engine": engine.measure,
    "line": line.measure,
    "mail": mail.measure,
    "workbook": workbook.measure,
    "search": search.measure,
    "out": out.measure,
    "cnab": cnab.measure,
}
#: Takes minutes, and about 20 GB of disk meanwhile.
LARGE = {"large": line.measure_large, "large_search": search.measure_large}


def main() -> None:
    """Measure the parts asked for, print the table, and write it down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_100_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, of " + ", ".join(PARTS))
    parser.add_argument("--large", action="store_true", help="also a file of ten times the rows")
    options = parser.parse_args()
    figures: list[Figure] = []
    for name in [*options.only.split(","), *(LARGE if options.large else ())]:
        figures += (PARTS | LARGE)[name](options.rows, options.repeat)
    machine = _machine()
    # Where no terminal says how wide it is, the table must not be squeezed.
    width = None if sys.stdout.isatty() else 120
    Console(width=width).print(_table(figures, machine))
    path = _write(figures, machine, options)
    sys.stdout.write(f"Written to {path}\n")


def _table(figures: list[Figure], machine: dict[str, object]) -> Table:
    table = Table(
        title=f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB"
    )
    for column in ("figure", "median", "min", "max", "must", "aim", ""):
        table.add_column(column, justify="left" if column in {"figure", ""} else "right")
    for figure in figures:
        table.add_row(*figure.cells())
    return table


def _write(figures: list[Figure], machine: dict[str, object], options: argparse.Namespace) -> Path:
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    path = RESULTS / f"{now:%Y-%m-%d-%H%M}.json"
    content = {
        "measured_at": now.isoformat(timespec="seconds"),
        "version": __version__,
        "machine": machine,
        "rows": options.rows,
        "repeat": options.repeat,
        "figures": [asdict(figure) for figure in figures],
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path


def _machine() -> dict[str, object]:
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
