"""What splitting must know about a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What splitting must know about a file."""

    #: The byte between fields.
    delimiter: int
    #: Fields of every record, as the header has them.
    field_count: int
    #: Position of each wanted column.
    positions: tuple[int, ...]
    #: The last position that no record may lack.
    last_required: int
    #: The names in the header.
    names: tuple[str, ...] = ()
    record_bytes_max: int = 65_536
    record_lines_max: int = 1_000
