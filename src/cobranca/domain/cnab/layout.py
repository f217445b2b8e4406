"""What a layout is: its records, what it asks of an account, and what it can say of a title."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.record import Record
from cobranca.domain.errors import InvalidField

if TYPE_CHECKING:
    from cobranca.domain.cnab.draft import Draft, Mask

Parameters = Mapping[str, str]


class Movement(StrEnum):
    """What is asked of the bank; each layout has its own codes for it."""

    ENTRY = "enter a title"
    ENTRY_WITH_PIX = "enter a title with Pix"
    WRITE_OFF = "write a title off"
    REBATE = "grant a rebate"
    CANCEL_REBATE = "cancel the rebate"
    DUE_DATE = "change the due date"
    PROTEST = "protest"
    DO_NOT_PROTEST = "do not protest"
    STOP_PROTEST_WRITE_OFF = "stop the protest and write off"
    STOP_PROTEST = "stop the protest and keep the title"


#: What all layouts have in common, but for protests.
USUAL_MOVEMENTS: Final = {
    "01": Movement.ENTRY,
    "02": Movement.WRITE_OFF,
    "04": Movement.REBATE,
    "05": Movement.CANCEL_REBATE,
    "06": Movement.DUE_DATE,
    "09": Movement.PROTEST,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountField:
    """One thing that a layout must know of the account.

    Attributes:
        name: as in the account's parameters.
        width: how many places it has at most; shorter ones get zeros in front.
        about: one line for a form, in Portuguese.
        letters: whether letters may stand in it.
        default: what it is when not given, from the parameters before it; None = it must be given.
    """

    name: str
    width: int
    about: str
    letters: bool = False
    default: Callable[[Parameters], str] | str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a layout can say of a title; what it cannot is refused, never rounded or left out.

    Attributes:
        discounts_max: how many discounts.
        discount_bp: whether a discount may be a percentage.
        interest_daily: whether interest may be money a day.
        interest_monthly: whether it may be a percentage a month.
        interest_from: whether there is a place for its first day; else it is the day after due.
        fine_step_bp: what percentages of a fine must be whole multiples of.
        fine_bp_max: the largest percentage of a fine.
        fine_cents: whether a fine may be money.
        fine_from: whether there is a place for its first day; else it is the day after due.
        on_due: whether fine and interest may begin on the due date itself.
        interest_on_due: whether interest begins on the due date when no day is given.
        protest_days: the days allowed.
        write_off_days: the days allowed.
        one_deadline: whether protest and write-off share one place.
        pix: whether an entry may ask for Pix.
        guarantor: whether there is a place for one.
        address_optional: whether an entry without protest may go without an address.
        document_number_zero: whether a document number of zeros is taken.
    """

    discounts_max: int = 1
    discount_bp: bool = False
    interest_daily: bool = True
    interest_monthly: bool = False
    interest_from: bool = False
    fine_step_bp: int = 1
    fine_bp_max: int = 9_999
    fine_cents: bool = False
    fine_from: bool = False
    on_due: bool = False
    interest_on_due: bool = False
    protest_days: Sequence[int] = range(1, 100)
    write_off_days: Sequence[int] = ()
    one_deadline: bool = False
    pix: bool = False
    guarantor: bool = True
    address_optional: bool = False
    document_number_zero: bool = True


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
