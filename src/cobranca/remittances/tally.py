"""What was found among the billings of an order: what is ready, and what is held back and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

#: Examples that are told of a reason, and reasons that are told.
_EXAMPLES_MAX: Final = 5
_REASONS_MAX: Final = 100


class Asked(IntEnum):
    """What is asked of the bank about a title, as `remittance_title.movement` has it.

    Numbers from 3 on are further entries of what it refused before.
    """

    ENTRY = 1
    WRITE_OFF = 2


class TitleRow(NamedTuple):
    """A billing that something is to be asked about; a tuple, for it is read by the thousand."""

    id: int
    debt_id: UUID
    name: str
    tax_id: str
    amount_cents: int
    due_date: date
    our_number: int
    removed: bool
    entered: bool
    #: Of an entry: the first one, or which further one.
    movement: int = Asked.ENTRY


class Reason(NamedTuple):
    """Why a title is held back."""

    code: str
    field: str
    detail: str


@dataclass(slots=True, kw_only=True)
class Held:
    """The titles that are held back for one reason."""

    titles: int = 0
    amount_cents: int = 0
    #: DebtIds of the first of them, and what their file calls these.
    examples: list[tuple[UUID, str]] = field(default_factory=list["tuple[UUID, str]"])


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was found so far."""

    titles: int = 0
    amount_cents: int = 0
    write_offs: int = 0
    held: dict[Reason, Held] = field(default_factory=dict[Reason, Held])

    def hold(self, reason: Reason, row: TitleRow, *, code: str) -> None:
        """Count a title that is held back; `code` is what its file calls the debt."""
        held = self.held.setdefault(reason, Held())
        held.titles += 1
        held.amount_cents += row.amount_cents
        if len(held.examples) < _EXAMPLES_MAX:
            held.examples.append((row.debt_id, code))

    def hold_unread(self, reason: Reason, titles: int) -> None:
        """Count titles that are held back without having been read."""
        self.held.setdefault(reason, Held()).titles += titles

    def count(self, *, titles: int, amount_cents: int, write_offs: int) -> None:
        """Count titles that are ready; `titles` and `amount_cents` are of entries."""
        self.titles += titles
        self.amount_cents += amount_cents
        self.write_offs += write_offs

    def content(self, *, with_codes: bool) -> list[dict[str, Any]]:
        """Give what is held back as plain values, for JSON; most titles first.

        With codes it may name somebody: it is then shown, and not kept.
        """
        found = sorted(self.held.items(), key=lambda item: -item[1].titles)
        return [
            {
                **reason._asdict(),
                "titles": held.titles,
                "amount_cents": held.amount_cents,
                "examples": [
                    (code if with_codes else "") or str(debt_id) for debt_id, code in held.examples
                ],
            }
            for reason, held in found[:_REASONS_MAX]
        ]


CANCELLED: Final = Reason("CANCELLED", "", "It was cancelled before the bank heard of it.")
NOT_ISSUED: Final = Reason("NOT_ISSUED", "", "It has no boleto yet.")
ACCOUNT_OTHER: Final = Reason(
    "ACCOUNT_OTHER", "", "Its boleto was issued with another bank, account or wallet."
)
