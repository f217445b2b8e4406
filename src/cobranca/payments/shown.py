"""Return files as the API shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.payments.schemas import ReturnFile, ReturnTally

if TYPE_CHECKING:
    from cobranca.payments.rows import ListedFileRow


def shown_file(row: ListedFileRow) -> ReturnFile:
    """Show one return file."""
    return ReturnFile.model_validate(
        {
            "return_id": row.public_id,
            "name": row.name,
            "size_bytes": row.size_bytes,
            "came_by": row.came_by,
            "receivedat": row.received_at,
            "readat": row.read_at,
            "verdict": row.verdict,
            "code": row.code,
            "message": row.message,
            "line": row.line,
            "first_place": row.first_place,
            "last_place": row.last_place,
            "bank": row.bank,
            "layout": row.layout,
            "agreement": row.agreement,
            "created_on": row.created_on,
            "sequence": row.sequence,
            "repeats": row.repeats_public_id,
            "lines": row.line_count,
            "shown_only": row.shown_only and row.posted_at is None,
            "postedat": row.posted_at,
            "tally": None if row.tally is None else _tally(row.tally),
        }
    )


def _tally(content: dict[str, Any]) -> ReturnTally:
    fates, cents = content["by_fate"], content["cents_by_fate"]
    return ReturnTally(
        records=content["records"],
        matched=content["matched"],
        **{name.lower(): fates.get(name, 0) for name in _FATES},
        posted_cents=cents.get("POSTED", 0),
        suspense_cents=cents.get("SUSPENSE", 0),
        held_cents=cents.get("HELD", 0),
        credited_cents=content["credited_cents"],
        kinds=content["by_kind"],
        notes=content["by_note"],
    )


_FATES = ("KEPT", "POSTED", "SUSPENSE", "HELD", "LISTED", "UNKNOWN")
