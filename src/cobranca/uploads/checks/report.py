"""Between a check's result, its row and its answer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from cobranca.infra.columns import POSTGRES_EPOCH
from cobranca.uploads.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cobranca.uploads.checks.check_file import CheckResult

#: What of a result is told as it is.
_TOLD: Final = (
    "records", "accepted", "rejected", "duplicates", "conflicts", "amount_cents",
    "amount_min_cents", "amount_max_cents", "warnings", "rejects_by_code", "problems",
    "first_rows", "refusal",
)  # fmt: skip


def report_of(result: CheckResult) -> dict[str, Any]:
    """Return what is told of a result, in values that JSON has."""
    whole = asdict(result)
    columns = [
        {"official": official, "position": position, "name": result.header[position]}
        for official, position in result.columns
    ]
    return {key: whole[key] for key in _TOLD} | {
        "due_date_first": _day(result.due_first),
        "due_date_last": _day(result.due_last),
        "read_as": {
            "encoding": result.encoding,
            "sheet": result.sheet,
            "sheets": result.sheets,
            "delimiter": result.delimiter,
            "decimals": result.decimals,
            "dates": result.dates,
            "header": result.header,
            "columns": columns,
            "ignored": result.ignored,
        },
    }


def options_of(reading: Reading, header_sha256: bytes) -> dict[str, Any]:
    """Return how a file is read, in values that JSON has."""
    return {
        "columns": dict(reading.columns),
        "lost_zeros": reading.lost_zeros,
        "thousands": reading.thousands,
        "past_due_dates": reading.past_due_dates,
        "sheet": reading.sheet,
        "header_sha256": header_sha256.hex(),
    }


def reading_of(options: Mapping[str, Any]) -> Reading:
    """Return how a file is read, of what `options_of` gave."""
    return Reading(
        columns=tuple(sorted(options["columns"].items())),
        lost_zeros=options["lost_zeros"],
        thousands=options["thousands"],
        past_due_dates=options["past_due_dates"],
        sheet=options["sheet"],
    )


def _day(days: int | None) -> str | None:
    return None if days is None else str(POSTGRES_EPOCH + timedelta(days=days))
