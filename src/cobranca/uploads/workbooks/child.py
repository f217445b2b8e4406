"""Reads a stranger's workbook in a process of its own, started by `converter`; has no secrets.

It takes what is to be done as JSON from standard input, writes the CSV to a descriptor that it was
given, and says as JSON what came of it. What it may use of memory, time and disk is bounded by the
system; past a bound it dies, and its parent says so.
"""

from __future__ import annotations

import contextlib
import errno
import json
import mmap
import os
import resource
import sys
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from cobranca.domain.errors import CsvInvalid
from cobranca.uploads.workbooks.archive import WorkbookArchive
from cobranca.uploads.workbooks.kinds import WorkbookKind
from cobranca.uploads.workbooks.refusals import Refusal, refused
from cobranca.uploads.workbooks.sheet_choice import choose_sheet, visible_sheets
from cobranca.uploads.workbooks.sheet_csv import write_sheet

_FILES_MAX = 32
#: Names of sheets that are told; a person chooses among them.
_SHEETS_MAX = 200


def main() -> None:
    """Convert one workbook, and say what came of it."""
    task = json.load(sys.stdin)
    _bound(resource.RLIMIT_AS, task["memory_bytes"])
    _bound(resource.RLIMIT_FSIZE, task["csv_bytes"])
    _bound(resource.RLIMIT_CPU, task["seconds"])
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_NOFILE, _FILES_MAX)
    try:
        with os.fdopen(task["descriptor"], "r+b", closefd=False) as target:
            answer = _convert(Path(task["path"]), task["kind"], target, task["sheet"])
    except CsvInvalid as error:
        answer = _refusal(refused(Refusal.TOO_LARGE) if _lacks_memory(error.__cause__) else error)
    except PasswordError:
        answer = _refusal(refused(Refusal.ENCRYPTED))
    except CalamineError as error:
        is_bound = _lacks_memory(error)
        answer = _refusal(refused(Refusal.TOO_LARGE if is_bound else Refusal.UNREADABLE))
    except OSError as error:
        # Over the size that the CSV may have, or the disk was filled meanwhile.
        full = error.errno in {errno.EFBIG, errno.ENOSPC, errno.EDQUOT}
        answer = _refusal(refused(Refusal.TOO_LARGE)) | {"disk_full": full}
    except MemoryError:
        answer = _refusal(refused(Refusal.TOO_LARGE))
    json.dump(answer, sys.stdout)


def _lacks_memory(error: BaseException | None) -> bool:
    """Tell whether a library gave up for want of memory, which each says in words of its own."""
    words = str(error).lower()
    return "memory" in words or words.startswith("error -4 ")  # zlib's Z_MEM_ERROR


def _refusal(error: CsvInvalid) -> dict[str, Any]:
    return {"code": error.code, "detail": error.detail}


def _convert(path: Path, kind: str, target: IO[bytes], sheet: str | None) -> dict[str, Any]:
    archive = None
    if kind == WorkbookKind.XLS:
        _check_password(path)
    else:
        archive = WorkbookArchive(path)
    with path.open("rb") as source, CalamineWorkbook.from_filelike(source) as workbook:
        chosen = choose_sheet(workbook, sheet)
        errors = archive.errors_of(chosen.sheet.name) if archive else {}
        written = write_sheet(chosen, errors, target)
        style = written.decimal_style
        return {
            "sheet": chosen.sheet.name,
            "sheets": visible_sheets(workbook)[:_SHEETS_MAX],
            "rows": written.rows,
            "decimal_style": style.value if style else None,
        }


def _check_password(path: Path) -> None:
    """Refuse an .xlsx with a password, which is a compound file that holds it as a stream."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise refused(Refusal.ENCRYPTED)


def _bound(what: int, limit: int) -> None:
    """Set a bound where the system knows it, and never above one that is set already."""
    with contextlib.suppress(ValueError, OSError):
        _, most = resource.getrlimit(what)
        least = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(what, (least, least))


if __name__ == "__main__":
    main()
