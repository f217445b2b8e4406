"""Reads a stranger's workbook in a process of its own, started by `converter`; has no secrets.

It takes what is to be done as JSON from standard input, writes the CSV to a descriptor that it was
given, and says as JSON what came of it. What it may use of memory, time and disk is bounded by the
system; past a bound it dies, and its parent says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from cobranca.domain.errors import CsvInvalid
from cobranca.uploads.workbooks.sheet_choice import choose_sheet
from cobranca.uploads.workbooks.sheet_csv import write_sheet

_FILES_MAX = 32


def main() -> None:
    """Convert one workbook."""
    task = json.load(sys.stdin)
    _bound(resource.RLIMIT_AS, task["memory_bytes"])
    _bound(resource.RLIMIT_FSIZE, task["csv_bytes"])
    _bound(resource.RLIMIT_CPU, task["seconds"])
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_NOFILE, _FILES_MAX)
    try:
        answer = _convert(Path(task["path"]), task["descriptor"], task["sheet"])
    except CsvInvalid as error:
        answer = {"code": error.code, "detail": error.detail}
    except PasswordError:
        answer = {"code": "WORKBOOK_ENCRYPTED"}
    except CalamineError:
        answer = {"code": "WORKBOOK_UNREADABLE"}
    except (MemoryError, OSError):
        answer = {"code": "WORKBOOK_TOO_LARGE"}
    json.dump(answer, sys.stdout)


def _convert(path: Path, descriptor: int, sheet: str | None) -> dict[str, Any]:
    with (
        path.open("rb") as source,
        os.fdopen(descriptor, "r+b", closefd=False) as target,
        CalamineWorkbook.from_filelike(source) as workbook,
    ):
        chosen = choose_sheet(workbook, sheet)
        written = write_sheet(chosen, target)
        style = written.decimal_style
        return {
            "sheet": chosen.sheet.name,
            "rows": written.rows,
            "decimal_style": style.value if style else None,
        }


def _bound(what: int, limit: int) -> None:
    """Set a bound where the system knows it, and never above one that is set already."""
    with contextlib.suppress(ValueError, OSError):
        _, most = resource.getrlimit(what)
        least = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(what, (least, least))


if __name__ == "__main__":
    main()
