"""What goes into a remittance: the account, the file, and titles in columns.

A column holds one value for all titles, or one a title. Money is whole cents, rates are whole
basis points (hundredths of a percent), dates are `datetime64[D]` with NaT for none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.text import Texts
from cobranca.domain.errors import InvalidField

TextColumn: TypeAlias = "str | Texts"
IntColumn: TypeAlias = "int | npt.NDArray[np.integer] | Sequence[int]"
DayColumn: TypeAlias = "date | npt.NDArray[np.datetime64] | Sequence[date | None] | None"

#: The largest sequence of a file; single layouts have fewer places.
FILE_SEQUENCE_MAX: Final = 99_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceFile:
    """What a remittance says of itself.

    Attributes:
        sequence: number of the file in the account's series, from 1; it rises with each file.
        generated_at: the beneficiary's local time.

    Raises:
        InvalidField: on `sequence`.
    """

    sequence: int
    generated_at: datetime

    def __post_init__(self) -> None:
        """Check the sequence."""
        if not 1 <= self.sequence <= FILE_SEQUENCE_MAX:
            detail = f"The sequence of a file is 1 to {FILE_SEQUENCE_MAX}."
            raise InvalidField("sequence", detail, code="FIELD_NOT_ALLOWED")


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Payers or guarantors, one a title; a guarantor's name is empty where there is none."""

    name: TextColumn
    tax_id: TextColumn = ""
    address: TextColumn = ""
    district: TextColumn = ""
    city: TextColumn = ""
    state: TextColumn = ""
    postal_code: TextColumn = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """A discount until a day: in cents or in basis points of the amount; none where both are 0."""

    until: DayColumn
    cents: IntColumn = 0
    basis_points: IntColumn = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What happens before and after the due date; 0 is none.

    Attributes:
        interest_daily_cents: money a day.
        interest_monthly_bp: basis points a month; said where the layout has a place for it, and
            otherwise turned into money a day, rounded down.
        interest_from: NaT = the day after due.
        fine_bp: basis points of the amount, or
        fine_cents: money.
        fine_from: NaT = the day after due.
        discounts: the first one of each title first.
        protest_days: days after due, when the bank shall protest by itself.
        write_off_days: days after due, when the bank shall write off by itself.
    """

    interest_daily_cents: IntColumn = 0
    interest_monthly_bp: IntColumn = 0
    interest_from: DayColumn = None
    fine_bp: IntColumn = 0
    fine_cents: IntColumn = 0
    fine_from: DayColumn = None
    discounts: tuple[Discount, ...] = ()
    protest_days: IntColumn = 0
    write_off_days: IntColumn = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """Titles of a remittance, in columns.

    Attributes:
        our_number: digits, as many as the bank's boletos have, with check digit or without.
        document_number: the beneficiary's own number; it should be unique.
        issued: day of issue.
        due: the due date; with movement 06 the new one.
        amount_cents: more than 0.
        payer: who owes.
        movement: the bank's code: 01 entry, 02 write-off, ... (see `Layout.movements`).
        company_use: 25 places that come back in the return file.
        species: `DM`, `DS`, `NP`, ... (see `Layout.species`).
        acceptance: A or N.
        rebate_cents: with movement 04 (and 05) only.
        terms: fine, interest, discounts and deadlines; only an entry says them.
        guarantor: who stands in for the payer; None = none has one.
        pix_key, pix_txid: of a boleto with Pix, where the layout has it; None = without Pix. Only
            an entry says them, and messages.
        messages: lines for the slip, where the layout has them.
    """

    our_number: TextColumn
    document_number: TextColumn
    issued: DayColumn
    due: DayColumn
    amount_cents: IntColumn
    payer: People
    movement: TextColumn = "01"
    company_use: TextColumn = ""
    species: TextColumn = "DM"
    acceptance: TextColumn = "N"
    rebate_cents: IntColumn = 0
    terms: Terms = Terms()
    guarantor: People | None = None
    pix_key: TextColumn | None = None
    pix_txid: TextColumn | None = None
    messages: tuple[TextColumn, ...] = ()

    def __len__(self) -> int:
        """Count the titles: as many as there are our numbers."""
        return 1 if isinstance(self.our_number, str) else len(self.our_number)

    def rows(self, start: int, stop: int) -> Titles:
        """Take some of the titles; arrays are not copied."""
        return _rows(self, slice(start, stop), len(self))


#: Fields that hold several columns, not one.
_SEVERAL: Final = ("discounts", "messages")


def _rows(part: Any, rows: slice, count: int) -> Any:
    """Slice every column of a dataclass, however deep."""
    if part is None or isinstance(part, str | int | date) or getattr(part, "ndim", 1) == 0:
        return part
    if hasattr(part, "__dataclass_fields__"):
        sliced: dict[str, Any] = {}
        for name in (f.name for f in fields(part)):
            inner = getattr(part, name)
            if name in _SEVERAL:
                sliced[name] = tuple(_rows(each, rows, count) for each in inner)
            else:
                sliced[name] = _rows(inner, rows, count)
        return type(part)(**sliced)
    if len(part) != count:
        raise ValueError(f"a column of {len(part)} values among columns of {count}")
    return part[rows]
