"""DATA_DIR/stack.json: what a running stack tells other commands and the next start."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any, cast

from cobranca.supervisor.embedded.child_process import command_has, end_strangers
from cobranca.supervisor.embedded.files import write_private

if TYPE_CHECKING:
    from pathlib import Path


def write_note(data_dir: Path, note: dict[str, Any]) -> None:
    """Replace the note; only its owner may read it."""
    write_private(data_dir / "stack.json", json.dumps(note, indent=2))


def read_note(data_dir: Path) -> dict[str, Any] | None:
    """Return what a running stack noted about itself in DATA_DIR/stack.json, or None."""
    try:
        return cast(
            "dict[str, Any]", json.loads((data_dir / "stack.json").read_text(encoding="utf-8"))
        )
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def refusal(data_dir: Path) -> str:
    """Say where the stack runs that holds the data folder."""
    note = read_note(data_dir)
    where = (
        f" at {note['ui_url'] or note['api_url']} (process {note['supervisor']})" if note else ""
    )
    return (
        f"Cobrança already runs for the data folder {data_dir}{where}. Use that one, stop it, or "
        "choose another folder with COBRANCA_DATA_DIR."
    )


def end_earlier_run(data_dir: Path, *, drain_s: float) -> None:
    """End processes that outlived a killed supervisor; their pids may belong to others by now."""
    note = read_note(data_dir)
    if note is not None:
        left = [pid for pid in note["pids"].values() if command_has(pid, "cobranca.")]
        end_strangers(left, ((signal.SIGTERM, drain_s),))
        (data_dir / "stack.json").unlink(missing_ok=True)
