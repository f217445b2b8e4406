"""What processes tell one another: that there is work, and that some has ended.

An event only wakes whoever looks for work in the database. Losing one loses nothing: the
scheduler's sweep publishes again what has stalled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReady:
    """A piece of work of a kind may be taken."""

    kind: str

    @property
    def subject(self) -> str:
        """Where workers of this kind listen."""
        return f"cobranca.{self.kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEnded:
    """A piece of work has ended that nothing follows, so that a whole group may have."""

    #: Where whoever ends groups listens.
    subject: ClassVar[str] = "cobranca.ended"
    group_id: int


Event = WorkReady | WorkEnded
