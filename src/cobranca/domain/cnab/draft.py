"""Titles on their way into records: what a layout's policy reads, and where it refuses.

A draft holds some thousand titles as arrays. What only an entry says (fine, interest, discounts,
deadlines) is left out of every other movement: the title is repeated with its amount and dates, as
the libraries of three lineages do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.arrays import Array, codes, days, numbers
from cobranca.domain.cnab.layout import Layout, Limits, Movement
from cobranca.domain.cnab.text import Bytes, text_bytes
from cobranca.domain.cnab.titles import RemittanceFile, TextColumn, Titles
from cobranca.domain.errors import InvalidField

if TYPE_CHECKING:
    from cobranca.domain.cnab.account import RemittanceAccount
    from cobranca.domain.cnab.terms import ReadTerms

#: What is so for each title, or for all (without dimensions).
Mask: TypeAlias = npt.NDArray[np.bool_]

NO_DAY: Final = np.datetime64("NaT", "D")
#: Where interest a day falls below one cent, it is left out: nothing smaller can be asked for.
INTEREST_BELOW_A_CENT: Final = "INTEREST_BELOW_A_CENT"
#: An address without its end may not be found by who serves a protest.
ADDRESS_CUT: Final = "ADDRESS_CUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a title cannot stand in the file.

    Attributes:
        index: of the title, from 0.
        field: in the words of `Titles`: `terms.fine_bp`, `payer.address`.
        code: for programs.
        detail: for people.
    """

    index: int
    field: str
    code: str
    detail: str


class TitleRefused(InvalidField):
    """A title has something that the layout cannot say, or that the bank would refuse."""

    code = "TITLE_REFUSED"

    def __init__(self, refusal: Refusal, our_number: str) -> None:
        """Name title, field and reason."""
        self.refusal = refusal
        self.our_number = our_number
        super().__init__(refusal.field, self.said_of(refusal.field))

    def said_of(self, field: str) -> str:
        """Say it with a name of the caller's own for the field."""
        title = f"Title {self.refusal.index + 1} (our number {self.our_number})"
        return f"{title}, {field}: {self.refusal.detail}"


class Draft:
    """Some titles of one file, as arrays; see the module.

    Attributes:
        terms: what an entry says of fine, interest, discounts and deadlines.
        has_guarantor: which titles have one.
        has_message: which titles have lines for the slip.
        has_pix: which titles ask for a Pix.
        guarantor_name: folded.
        guarantor_tax_id: fourteen characters, or empty when no title has a guarantor.
    """

    terms: ReadTerms
    has_guarantor: Mask
    has_message: Mask
    has_pix: Mask
    guarantor_name: str | Bytes
    guarantor_tax_id: str | Bytes

    def __init__(self, account: RemittanceAccount, file: RemittanceFile, titles: Titles) -> None:
        """Turn the titles into arrays."""
        self.account = account
        self.layout: Layout = account.layout
        self.limits: Limits = account.layout.limits
        self.file = file
        self.titles = titles
        self.count = len(titles)
        self.warnings: dict[str, int] = {}
        self._refused: list[tuple[Mask, str, str, str]] = []
        self.movement = codes(titles.movement)
        self.amount = numbers(titles.amount_cents)
        self.due = days(titles.due)
        self.issued = days(titles.issued)
        self.rebate = numbers(titles.rebate_cents)
        self.species_names = codes(titles.species)
        self.acceptance = codes(titles.acceptance)
        plain, with_pix = Movement.ENTRY, Movement.ENTRY_WITH_PIX
        self.entry = self.is_movement(plain) | self.is_movement(with_pix)

    def parameter(self, name: str) -> str:
        """Give a value of the account."""
        return self.account.values[name]

    def refuse(self, where: Array, field: str, code: str, detail: str) -> None:
        """Refuse the titles where something is so."""
        if where.any():
            self._refused.append((where, field, code, detail))

    def warn(self, where: Array, code: str) -> None:
        """Count the titles where something is odd, but not wrong."""
        found = int(np.count_nonzero(where)) if where.ndim else self.count * bool(where)
        if found:
            self.warnings[code] = self.warnings.get(code, 0) + found

    def refusals(self) -> list[Refusal]:
        """List every refusal, in the order of the titles."""
        found = [
            Refusal(index=index, field=field, code=code, detail=detail)
            for where, field, code, detail in self._refused
            for index in np.flatnonzero(np.broadcast_to(where, self.count)).tolist()
        ]
        return sorted(found, key=lambda refusal: refusal.index)

    def first_refusal(self) -> Refusal | None:
        """Give the refusal of the first title that has one."""
        found: Refusal | None = None
        for where, field, code, detail in self._refused:
            index = int(np.argmax(where)) if where.ndim else 0
            if found is None or index < found.index:
                found = Refusal(index=index, field=field, code=code, detail=detail)
        return found

    def our_number_text(self, index: int) -> str:
        """Show a title's our number, for messages."""
        given = self.titles.our_number
        text: Any = given if isinstance(given, str) else given[index]
        shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        return shown[:32] or "none"

    def said(self, column: Array) -> Array:
        """Keep what an entry says; zero in any other movement."""
        return np.where(self.entry, column, 0)

    def said_day(self, column: Array) -> Array:
        """Keep the days that an entry says; none in any other movement."""
        return np.where(self.entry, column, NO_DAY)

    def choose(self, where: Array, yes: str, no: str) -> Array:
        """Give one code where something is so, and another elsewhere."""
        return np.where(where, yes.encode(), no.encode())

    def text(self, column: TextColumn) -> npt.NDArray[np.bytes_]:
        """See texts as bytes, one a title."""
        return text_bytes([column] * self.count if isinstance(column, str) else column)

    def map_codes(
        self, given: Array, known: dict[str, str], refuse: Callable[[Mask], None]
    ) -> Array:
        """Turn our codes into the bank's; what is not known is refused."""
        width = max(map(len, known.values()))
        found = np.zeros(given.shape, dtype=f"S{width}")
        for name, code in known.items():
            found = np.where(given == name.encode(), np.bytes_(code), found)
        refuse(np.asarray(found == b""))
        return found

    def is_movement(self, wanted: Movement) -> Mask:
        """Tell which titles ask for a movement."""
        found: Mask = np.zeros(self.movement.shape, dtype=np.bool_)
        for code, movement in self.layout.movements.items():
            if movement is wanted:
                found = found | (self.movement == code.encode())
        return found
