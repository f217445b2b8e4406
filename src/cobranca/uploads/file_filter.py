"""Which files of the list somebody means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cobranca.infra.clock import day_begins, day_ends


class UploadState(StrEnum):
    """What a person looks for in the list of files."""

    #: Its billings are on their way.
    MOVING = "MOVING"
    #: Some of its records are rejected, and nobody has mended them.
    TO_MEND = "TO_MEND"
    #: Mails did not arrive or may not have, or a batch has given up.
    ATTENTION = "ATTENTION"
    #: All is done, and nothing waits for a person.
    DONE = "DONE"
    REMOVED = "REMOVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFilter:
    """What files must be, all of it at once; None = whatever they are.

    Attributes:
        name: what their name has in it, in capitals or not.
        first: come on this day (in São Paulo) or later; `last` on that day or before.
        state: how they stand.
    """

    name: str | None = None
    first: date | None = None
    last: date | None = None
    state: UploadState | None = None

    def parameters(self) -> dict[str, object]:
        """Return the values of the conditions of the queries."""
        return {
            "name": self.name,
            "received_from": self.first and day_begins(self.first),
            "received_before": self.last and day_ends(self.last),
            "state": self.state,
        }
