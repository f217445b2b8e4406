"""What a layout asks of an account, and what it can say of a title."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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
