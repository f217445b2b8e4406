"""What a job may do, why, and what may become of a billing that it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cobranca.billings.out.formats import FileFormat

if TYPE_CHECKING:
    from collections.abc import Mapping


class Act(StrEnum):
    """What is done to all that is meant."""

    RESEND = "RESEND"
    CANCEL = "CANCEL"
    EXPORT = "EXPORT"
    PDFS = "PDFS"


#: What changes nothing and makes a file, with the formats that this may have.
FORMATS: Final = {
    Act.EXPORT: (FileFormat.CSV, FileFormat.XLSX),
    Act.PDFS: (FileFormat.ZIP, FileFormat.SHEET, FileFormat.CARNE),
}


class Outcome(StrEnum):
    """What became of a billing: the act was done, or it was passed over and why."""

    DONE = "DONE"
    CANCELLED = "CANCELLED"  # It was cancelled before, or its file was removed.
    PAID = "PAID"
    ERASED = "ERASED"  # Its payer was erased: nobody is written to.
    WAITING = "WAITING"  # Its mail has not been written yet, or is to be written again already.
    DELIVERED = "DELIVERED"
    IN_DOUBT = "IN_DOUBT"  # Its mail may have arrived; meant only where a filter names them.
    BLOCKED = "BLOCKED"  # Its address is suppressed.
    NO_SLIP = "NO_SLIP"  # Not issued yet, or simulated.
    CHANGED = "CHANGED"  # Something came of it after the job began.
    NOT_REACHED = "NOT_REACHED"  # The job was stopped before it came to it.


class JobState(StrEnum):
    """Where a job stands."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"  # By a person; it can go on.
    FAILED = "FAILED"  # Given up after several attempts; it can go on.
    DONE = "DONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Billings and their amounts."""

    billings: int = 0
    amount_cents: int = 0

    def __add__(self, other: Sum) -> Sum:
        """Return both together."""
        return Sum(
            billings=self.billings + other.billings,
            amount_cents=self.amount_cents + other.amount_cents,
        )


#: Billings and cents by outcome.
Tally = dict[Outcome, Sum]
NOTHING: Final = Sum()


def added(one: Mapping[Outcome, Sum], other: Mapping[Outcome, Sum]) -> Tally:
    """Return two tallies together."""
    return {
        outcome: one.get(outcome, NOTHING) + other.get(outcome, NOTHING)
        for outcome in Outcome
        if outcome in one or outcome in other
    }


def whole(tally: Mapping[Outcome, Sum]) -> Sum:
    """Return the sum of all outcomes."""
    return sum(tally.values(), NOTHING)


def written(tally: Mapping[Outcome, Sum]) -> dict[str, list[int]]:
    """Return a tally as it is stored."""
    return {name.value: [each.billings, each.amount_cents] for name, each in tally.items()}


def read(stored: Mapping[str, list[int]]) -> Tally:
    """Return a tally that was stored."""
    return {
        Outcome(outcome): Sum(billings=billings, amount_cents=amount_cents)
        for outcome, (billings, amount_cents) in stored.items()
    }
