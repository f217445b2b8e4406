"""The worked examples of public suites, read once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parents[2] / "golden"


def examples(name: str) -> list[dict[str, Any]]:
    """Read one file of examples."""
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
