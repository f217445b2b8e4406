"""Loads the named queries of a feature's `queries.sql`, which only its repository reads."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import LiteralString, cast

_HEADER = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def load_queries(package: str) -> dict[str, LiteralString]:
    """Return the queries of `package`'s `queries.sql` by name.

    The text comes from the installed package, never from input, so it may count as literal.
    """
    text = files(package).joinpath("queries.sql").read_text(encoding="utf-8")
    parts = _HEADER.split(text)[1:]
    return {
        name: cast("LiteralString", body.strip())
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }
