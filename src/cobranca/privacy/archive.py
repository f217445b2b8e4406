"""The open parts that one person's data is in, and how they are gone through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cobranca.infra.db import Database
    from cobranca.infra.settings import Settings
    from cobranca.infra.storage import Storage

_ROWS_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The open parts that one person's data is in, and whose they are."""

    database: Database
    storage: Storage
    settings: Settings
    beneficiary_id: int


def pages_of(ids: list[int]) -> Iterator[list[int]]:
    """Yield ids in pieces, as many as one statement takes."""
    for start in range(0, len(ids), _ROWS_MAX):
        yield ids[start : start + _ROWS_MAX]
