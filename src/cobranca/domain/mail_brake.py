"""The brake of a sending account: when refusals pile up, the fault is hardly the payers'.

A wrong word of a relay can make dead addresses of a whole file. So the last answers of an account
are remembered, and sending stops when too many of them, or too many in a row, are refusals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

#: Answers that are remembered.
ANSWERS_MAX = 200
#: More refusals in a row than this stop an account.
REFUSALS_IN_ROW_MAX = 20
#: More refusals among the last answers than this share of them stop it, once there are enough.
REFUSED_PERCENT_MAX = 10
ANSWERS_MIN = 50


class Mark(StrEnum):
    """One answer, as it is remembered. What was put off for now leaves no mark."""

    TAKEN = "."
    #: No such mailbox.
    RECIPIENT = "r"
    #: Our account, address, relay or content.
    OURS = "o"
    UNKNOWN = "u"


#: An answer, and the billing whose mail it was about.
Answer = tuple[Mark, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The last answers of an account, oldest first, and the billings of the refused ones."""

    recent: str = ""
    refused_ids: tuple[int, ...] = ()

    def add(self, answers: Sequence[Answer]) -> Answers:
        """Return the answers with some more, of which the last `ANSWERS_MAX` are remembered.

        A mail that is refused again at its next try says nothing new.
        """
        marks, ids = [self.recent], list(self.refused_ids)
        known = set(ids)
        for mark, billing_id in answers:
            if mark is Mark.TAKEN:
                marks.append(mark)
            elif billing_id not in known:
                marks.append(mark)
                ids.append(billing_id)
                known.add(billing_id)
        recent = "".join(marks)[-ANSWERS_MAX:]
        refused = len(recent) - recent.count(Mark.TAKEN)
        return Answers(recent=recent, refused_ids=tuple(ids[max(0, len(ids) - refused) :]))

    @property
    def in_row(self) -> int:
        """How many of the newest are refusals, without one that was taken among them."""
        return len(self.recent) - len(self.recent.rstrip("".join(Mark)[1:]))

    @property
    def refused(self) -> int:
        """How many are refusals."""
        return len(self.recent) - self.recent.count(Mark.TAKEN)

    @property
    def ours(self) -> bool:
        """Whether one of the refusals is not the payer's: then the others may not be, either."""
        return Mark.OURS in self.recent or Mark.UNKNOWN in self.recent

    @property
    def alarm(self) -> str | None:
        """Say in words why to stop, or None."""
        if self.in_row > REFUSALS_IN_ROW_MAX:
            return f"{self.in_row} mails in a row were refused"
        total = len(self.recent)
        if total >= ANSWERS_MIN and self.refused * 100 > total * REFUSED_PERCENT_MAX:
            return f"{self.refused} of the last {total} mails were refused"
        return None
