"""What a layout is: its records and the bank's rules; and the draft of titles that these read.

A draft holds some thousand titles as arrays. What only an entry says (fine, interest, discounts,
deadlines) is left out of every other movement: the title is repeated with its amount and dates, as
the libraries of three lineages do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.arrays import Array, codes, days, numbers
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.limits import USUAL_MOVEMENTS, AccountField, Limits, Movement, Parameters
from cobranca.domain.cnab.record import Record
from cobranca.domain.cnab.refusals import Refusal
from cobranca.domain.cnab.text import Bytes, text_bytes
from cobranca.domain.cnab.titles import RemittanceFile, TextColumn, Titles
from cobranca.domain.errors import InvalidField

if TYPE_CHECKING:
    from cobranca.domain.cnab.read_terms import ReadTerms

#: What is so for each title, or for all (without dimensions).
Mask: TypeAlias = npt.NDArray[np.bool_]

NO_DAY: Final = np.datetime64("NaT", "D")
#: Where interest a day falls below one cent, it is left out: nothing smaller can be asked for.
INTEREST_BELOW_A_CENT: Final = "INTEREST_BELOW_A_CENT"
#: An address without its end may not be found by who serves a protest.
ADDRESS_CUT: Final = "ADDRESS_CUT"
#: The end of a line of the slip may be what mattered in it.
MESSAGE_CUT: Final = "MESSAGE_CUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of record that a title has, always or when something is to be said in it."""

    record: str
    when: Callable[[Draft], Mask] | None = None


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One bank's format of remittances.

    Attributes:
        code: bank and width: `341-400`.
        bank_name: for people.
        records: by name; the file's own records and those of titles.
        account: what it must know of the account.
        limits: what it can say of a title.
        kinds: the records of a title, in order.
        species: the codes of our species; empty when the layout has no place for one.
        values: what the bank's rules make of titles: columns by the names of the tables.
        account_values: what they make of the account's parameters, beside these themselves.
        movements: the codes that it takes.
        message_names: names of the tables for lines of the slip, in order.
        proof: who wrote the same bytes.
        proven: whether that is enough to rely on before the bank has taken a test file.
    """

    code: str
    bank_name: str
    records: Mapping[str, Record]
    account: tuple[AccountField, ...]
    limits: Limits
    kinds: tuple[Kind, ...]
    species: Mapping[str, str]
    values: Callable[[Draft], Mapping[str, Column]]
    proof: str
    account_values: Callable[[Parameters], Mapping[str, str]] = field(default=lambda _: {})
    movements: Mapping[str, Movement] = field(default_factory=lambda: USUAL_MOVEMENTS)
    message_names: tuple[str, ...] = ()
    proven: bool = True

    @property
    def bank(self) -> str:
        """The bank's three digits."""
        return self.code[:3]

    @property
    def width(self) -> int:
        """The length of a line."""
        return int(self.code[4:])

    @property
    def has_lots(self) -> bool:
        """Whether titles stand in lots, as in CNAB 240."""
        return self.width == 240

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all values of all records."""
        return frozenset(name for record in self.records.values() for name in record.names)

    def width_of(self, name: str) -> int:
        """Say how many places the titles' records have for a value; 0 when they have none."""
        for kind in self.kinds:
            record = self.records[kind.record]
            if name in record.names:
                return record.places(name).width
        return 0

    def code_of(self, movement: Movement) -> str:
        """Give the bank's code of a movement.

        Raises:
            InvalidField: the layout has none.
        """
        for code, known in self.movements.items():
            if known is movement:
                return code
        detail = f"{self.code} has no movement to {movement.value}."
        raise InvalidField("movement", detail, code="FIELD_NOT_ALLOWED")


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

    def __init__(
        self, layout: Layout, account: Mapping[str, str], file: RemittanceFile, titles: Titles
    ) -> None:
        """Turn the titles into arrays; `account` has what the layout knows of the account."""
        self.layout = layout
        self.limits = layout.limits
        self._account = account
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
        return self._account[name]

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
            Refusal(index=index, field=name, code=code, detail=detail)
            for where, name, code, detail in self._refused
            for index in np.flatnonzero(np.broadcast_to(where, self.count)).tolist()
        ]
        return sorted(found, key=lambda refusal: refusal.index)

    def first_refusal(self) -> Refusal | None:
        """Give the refusal of the first title that has one."""
        found: Refusal | None = None
        for where, name, code, detail in self._refused:
            index = int(np.argmax(where)) if where.ndim else 0
            if found is None or index < found.index:
                found = Refusal(index=index, field=name, code=code, detail=detail)
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
