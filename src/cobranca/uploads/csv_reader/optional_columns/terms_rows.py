"""The terms that one row states, put together from its cells and held to amount and due date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Final, NamedTuple, TypeVar

import orjson

from cobranca.domain.money import DecimalStyle
from cobranca.domain.terms import (
    DISCOUNTS_MAX,
    Faults,
    Portion,
    StatedDiscount,
    StatedTerms,
    check_terms,
)
from cobranca.uploads.csv_reader.optional_columns.names import OptionalField
from cobranca.uploads.csv_reader.optional_columns.terms_cells import (
    PROTEST_DAYS_MAX,
    WRITE_OFF_DAYS_MAX,
    Refused,
    read_day,
    read_days,
    read_limit,
    read_portion,
    read_rebate,
)
from cobranca.uploads.csv_reader.reject_codes import RejectCode

#: The columns that state terms, and how the names of their codes begin.
PREFIXES: Final = {
    "fine": "FINE",
    "interest": "INTEREST",
    "discount1": "DISCOUNT_1",
    "discount1Until": "DISCOUNT_1_DATE",
    "discount2": "DISCOUNT_2",
    "discount2Until": "DISCOUNT_2_DATE",
    "discount3": "DISCOUNT_3",
    "discount3Until": "DISCOUNT_3_DATE",
    "rebate": "REBATE",
    "paymentLimit": "PAYMENT_LIMIT",
    "protestDays": "PROTEST_DAYS",
    "writeOffDays": "WRITE_OFF_DAYS",
}
_CACHED: Final = 1 << 14
#: What `check_terms` finds, by the code that says it, in the order of the columns.
_CODES: Final = tuple(
    sorted(
        (RejectCode[name], fault)
        for name, fault in Faults.__members__.items()
        if name in RejectCode.__members__
    )
)

_Value = TypeVar("_Value")


class ReadCells(NamedTuple):
    """What the cells of a row state, as JSON too; or the code of the first that is refused."""

    stated: StatedTerms
    content: bytes
    fault: RejectCode


class _FaultError(Exception):
    """A cell is refused, with this code."""

    def __init__(self, code: RejectCode) -> None:
        super().__init__()
        self.code = code


class TermsReader:
    """Reads the terms of rows whose columns are known; rows that repeat are read once."""

    def __init__(
        self, fields: Sequence[OptionalField], style: DecimalStyle, *, month_first: bool
    ) -> None:
        """Read nothing yet.

        Args:
            fields: the columns, in the order of a row's cells.
            style: the decimal sign of the file's money.
            month_first: the file has proved that its months come first.
        """
        self._fields = fields
        self._style = style
        self._month_first = month_first
        self.read: Callable[[tuple[bytes, ...]], ReadCells]
        self.read = lru_cache(maxsize=_CACHED)(self._read)

    def _read(self, cells: tuple[bytes, ...]) -> ReadCells:
        """Read the cells of one row, one a field; an empty cell says nothing."""
        try:
            stated = _Cells(
                self._by_column(cells), self._style, month_first=self._month_first
            ).terms
        except _FaultError as fault:
            return ReadCells(StatedTerms(), b"", fault.code)
        content = orjson.dumps(stated.content()) if stated else b""
        return ReadCells(stated, content, RejectCode.ACCEPTED)

    def _by_column(self, cells: tuple[bytes, ...]) -> dict[str, tuple[bytes, str]]:
        found: dict[str, tuple[bytes, str]] = {}
        for field, cell in zip(self._fields, cells, strict=True):
            if not cell:
                continue
            if field.column in found:
                raise _FaultError(RejectCode[f"{PREFIXES[field.column]}_TWICE"])
            found[field.column] = (cell, field.unit)
        return found


class _Cells:
    """The cells of one row by column, each with what its numbers are."""

    def __init__(
        self, cells: dict[str, tuple[bytes, str]], style: DecimalStyle, *, month_first: bool
    ) -> None:
        self._cells = cells
        self._style = style
        self._read_day = partial(read_day, month_first=month_first)
        self._read_limit = partial(read_limit, month_first=month_first)

    @property
    def terms(self) -> StatedTerms:
        """What they state together, column after column."""
        protest = partial(read_days, days_max=PROTEST_DAYS_MAX)
        write_off = partial(read_days, days_max=WRITE_OFF_DAYS_MAX)
        return StatedTerms(
            fine=self._portion("fine"),
            interest=self._portion("interest"),
            discounts=self._discounts(),
            rebate_cents=self._said("rebate", partial(read_rebate, style=self._style)),
            payment_limit=self._said("paymentLimit", self._read_limit),
            protest_days=self._said("protestDays", protest),
            write_off_days=self._said("writeOffDays", write_off),
        )

    def _said(
        self, column: str, read: Callable[[bytes], _Value], suffix: str = "_FORMAT"
    ) -> _Value | None:
        if column not in self._cells:
            return None
        try:
            return read(self._cells[column][0])
        except Refused as refused:
            end = "_AMBIGUOUS" if refused.ambiguous else suffix
            raise _FaultError(RejectCode[f"{PREFIXES[column]}{end}"]) from None

    def _portion(self, column: str) -> Portion | None:
        unit = self._cells[column][1] if column in self._cells else ""
        is_interest = column == "interest"
        read = partial(read_portion, unit=unit, style=self._style, of_interest=is_interest)
        return self._said(column, read)

    def _discounts(self) -> tuple[StatedDiscount, ...] | None:
        """Read the discounts, none of them left out, so that each keeps its number."""
        found: list[StatedDiscount] = []
        said = False
        for number in range(1, DISCOUNTS_MAX + 1):
            portion = self._portion(f"discount{number}")
            until = self._said(f"discount{number}Until", self._read_day, "")
            if until is not None and portion is None:
                raise _FaultError(RejectCode[f"DISCOUNT_{number}_DATE"])
            said |= portion is not None
            found.append(StatedDiscount(portion=portion or Portion(), until=until))
        while found and not found[-1].portion:
            found.pop()
        return tuple(found) if said else None


def code_of_faults(stated: StatedTerms, amount_cents: int, due_ordinal: int) -> tuple[int, bool]:
    """Return the first code that refuses stated terms, and whether they are over the law's bounds.

    Args:
        stated: what a row states.
        amount_cents: its amount.
        due_ordinal: `date.toordinal` of its due date.
    """
    faults = check_terms(stated, amount_cents=amount_cents, due_ordinal=due_ordinal)
    if not faults:
        return 0, False
    found = next((code for code, fault in _CODES if fault in faults), RejectCode.ACCEPTED)
    return int(found), Faults.OVER_LEGAL in faults
