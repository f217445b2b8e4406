"""Gives a stranger's workbook to a process of its own, which may die of it and takes nobody along.

Owns: starting the process, bounding it, and saying in words what it did not survive.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cobranca.domain.errors import CsvInvalid, StorageFull, Transient
from cobranca.domain.money import DecimalStyle
from cobranca.infra.disk import free_bytes
from cobranca.infra.local_files import new_held_file
from cobranca.infra.telemetry import WorkbookUnreadable, emit
from cobranca.uploads.workbooks import child
from cobranca.uploads.workbooks.refusals import Refusal, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from cobranca.infra.settings import Settings
    from cobranca.uploads.workbooks.kinds import WorkbookKind

#: By the clock it may take so many times its processor time: others may keep the machine busy.
_PATIENCE: Final = 4
#: How often the caller is told that the process is still at it.
_TURN_S: Final = 5.0
#: What the process needs of the environment. Passwords and keys are in the rest of it.
_ENVIRONMENT: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR")
#: A sheet of all its 1,048,576 rows makes a tenth of it.
_CSV_BYTES_MAX: Final = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookBounds:
    """What reading one workbook may take."""

    memory_bytes: int
    #: Of processor time.
    seconds: int
    #: What must stay free on the disk.
    disk_free_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvSource:
    """A CSV on the disk: the file itself, or what was made of a sheet."""

    path: Path
    #: None: the file is a CSV.
    sheet: str | None
    #: Names of the workbook's sheets that can be seen, the first of them.
    sheets: tuple[str, ...] = ()
    #: How its amounts are to be read; None = by their own votes, as those of any CSV.
    decimal_style: DecimalStyle | None


def bounds_of(settings: Settings) -> WorkbookBounds:
    """Return what the settings let a workbook take."""
    return WorkbookBounds(
        memory_bytes=settings.workbook_memory_bytes_max,
        seconds=settings.workbook_seconds_max,
        disk_free_bytes=settings.disk_free_bytes_min,
    )


@contextmanager
def as_csv(
    path: Path,
    kind: WorkbookKind | None,
    *,
    sheet: str | None,
    bounds: WorkbookBounds,
    folder: Path,
    still_at_it: Callable[[], object],
) -> Generator[CsvSource]:
    """Give a file that is a CSV, or for the context's time the one made of a workbook's sheet.

    Args:
        path: the file.
        kind: which workbook it is; None: a CSV.
        sheet: the name of the sheet; None = the one that looks like debts.
        bounds: what making it may take.
        folder: where it is made.
        still_at_it: is called every few seconds while it takes.

    Raises:
        CsvInvalid: the workbook cannot be read, or has no such sheet.
        StorageFull: the disk has no room for the CSV.
        Transient: no process can be started now.
    """
    if kind is None:
        yield CsvSource(path=path, sheet=None, decimal_style=None)
        return
    room = free_bytes(folder) - bounds.disk_free_bytes
    if room <= 0:
        raise StorageFull
    with new_held_file(folder, suffix=".sheet.csv") as file:
        try:
            task = {
                "path": str(path.resolve()),
                "kind": kind.value,
                "sheet": sheet,
                "descriptor": file.fileno(),
                "memory_bytes": bounds.memory_bytes,
                "seconds": bounds.seconds,
                "csv_bytes": min(_CSV_BYTES_MAX, room),
            }
            answer = _run(task, file.fileno(), _PATIENCE * bounds.seconds, still_at_it)
            if answer.get("disk_full") and room < _CSV_BYTES_MAX:
                raise StorageFull
            if "code" in answer:
                emit(WorkbookUnreadable(size_bytes=path.stat().st_size, code=answer["code"]))
                raise CsvInvalid(answer["detail"], code=answer["code"])
            style = answer["decimal_style"]
            yield CsvSource(
                path=Path(file.name),
                sheet=answer["sheet"],
                sheets=tuple(answer["sheets"]),
                decimal_style=DecimalStyle(style) if style else None,
            )
        finally:
            Path(file.name).unlink(missing_ok=True)


def _run(
    task: dict[str, Any], descriptor: int, seconds: float, still_at_it: Callable[[], object]
) -> dict[str, Any]:
    """Return what the process answers, or the code of what it died of."""
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        process = subprocess.Popen(  # noqa: S603 - a module of ours; the task goes by its input
            [sys.executable, "-m", child.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[descriptor],
            env=environment,
        )
    except OSError as error:
        raise Transient("No process can be started that reads the workbook") from error
    with process:
        try:
            output = _output(process, json.dumps(task).encode(), seconds, still_at_it)
        finally:
            if process.poll() is None:
                process.kill()
    status = process.wait()
    if output and status == 0:
        return json.loads(output)
    # A bound ended it, or the library gave up on what it read.
    is_bound = output is None or status < 0
    error = refused(Refusal.TOO_LARGE if is_bound else Refusal.UNREADABLE)
    return {"code": error.code, "detail": error.detail}


def _output(
    process: subprocess.Popen[bytes],
    task: bytes,
    seconds: float,
    still_at_it: Callable[[], object],
) -> bytes | None:
    """Return what the process writes until it ends; None when it takes too long."""
    until = time.monotonic() + seconds
    unsent: bytes | None = task
    while (left := until - time.monotonic()) > 0:
        try:
            return process.communicate(unsent, timeout=min(left, _TURN_S))[0]
        except subprocess.TimeoutExpired:
            unsent = None
            still_at_it()
    return None
