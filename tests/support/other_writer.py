"""A second writer of remittances, `pycobranca`: another program, in a Python of its own.

It wants Python 3.12, and is no part of the product nor of its tests' packages: where it is not at
hand, what compares with it is skipped. `COBRANCA_PYCOBRANCA` names a Python that has it:

    python3.12 -m venv pyc && pyc/bin/pip install pycobranca==1.1.2
    COBRANCA_PYCOBRANCA=pyc/bin/python make test
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

VERSION: Final = "1.1.2"
_CHILD: Final = Path(__file__).with_name("other_writer_child.py")
_TIMEOUT_S: Final = 300
_ASKED: Final = "import importlib.metadata as m; print(m.version('pycobranca'))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What it wrote or read.

    Attributes:
        count: of titles.
        seconds: that it computed; starting Python is not in them.
        written: the file.
    """

    count: int
    seconds: float
    written: bytes


@cache
def why_not() -> str | None:
    """Say why there is no pycobranca to compare with; None when there is."""
    found = subprocess.run(
        [_python(), "-I", "-c", _ASKED], capture_output=True, text=True, check=False, timeout=60
    )
    version = found.stdout.strip()
    if found.returncode != 0:
        return (
            f"pycobranca {VERSION} is not at hand: it needs Python 3.12, and COBRANCA_PYCOBRANCA"
            " names the one that has it"
        )
    return None if version == VERSION else f"pycobranca is {version}, compared is {VERSION}"


def write(class_name: str, account: dict[str, Any], titles: list[dict[str, Any]]) -> Answer:
    """Have it write a remittance."""
    return _run({"class": class_name, "account": account, "titles": titles})


def read(path: Path) -> Answer:
    """Have it read a return file."""
    return _run({"read": str(path)})


def _run(wish: dict[str, Any]) -> Answer:
    ran = subprocess.run(
        [_python(), "-I", _CHILD],
        input=json.dumps(wish).encode(),
        capture_output=True,
        check=False,
        timeout=_TIMEOUT_S,
    )
    if ran.returncode != 0:
        raise RuntimeError(ran.stderr.decode(errors="replace")[-2000:])
    head, _, written = ran.stdout.partition(b"\n")
    return Answer(**json.loads(head), written=written)


def _python() -> str:
    return os.environ.get("COBRANCA_PYCOBRANCA", sys.executable)
