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
    enough_cents,
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
#: Cells of a last day that say nothing.
_NO_DAY: Final = frozenset({b"", b"-"})
#: Stands for any day among the cells of a form; no trimmed cell has a line break.
_A_DAY: Final = b"\n"
_SOME_DAY: Final = b"2027-01-01"
_DAY_BYTES_MIN: Final = 6
#: What `30 dias` and `1 DIA` end in, and no date does.
_LAST_OF_DAYS: Final = frozenset(b"saSA")
#: What `check_terms` finds, by the code that says it, in the order of the columns.
_CODES: Final = tuple(
    sorted(
        (RejectCode[name], fault)
        for name, fault in Faults.__members__.items()
        if name in RejectCode.__members__
    )
)

_Value = TypeVar("_Value")


class ReadTerms(NamedTuple):
    """What a row states, as JSON; or the code of the first cell that is refused."""

    content: bytes
    fault: int
    #: A fine or interest is over what the law allows.
    is_over: bool


class _FaultError(Exception):
    """A cell is refused, with this code."""

    def __init__(self, code: RejectCode) -> None:
        super().__init__()
        self.code = code


class _Form(NamedTuple):
    """What rows state that have the same cells but for their days."""

    #: The JSON, with a place for each day.
    template: bytes
    #: From this amount on, only the days can be wrong.
    enough_cents: int
    #: Where among the days the payment limit is; -1 = it is not.
    limit_at: int
    #: A discount ends on the due date by itself.
    ends_on_due: bool


class TermsReader:
    """Reads the terms of rows whose columns are known.

    The rule is `read_alone`. Rows that differ from others in their days alone, as most of a file
    do, are read by the form that they share.
    """

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
        columns = [field.column for field in fields]
        self._day_places = [at for at, column in enumerate(columns) if column.endswith("Until")]
        self._limit_place = columns.index("paymentLimit") if "paymentLimit" in columns else -1
        self._form_of = lru_cache(maxsize=_CACHED)(self._make_form)

    def read(self, cells: tuple[bytes, ...], cents: int, due_ordinal: int) -> ReadTerms:
        """Read the cells of one row, one a field; an empty cell says nothing.

        Args:
            cells: as the file has them, without blanks around.
            cents: the row's amount; 0 when it is refused.
            due_ordinal: `date.toordinal` of its due date.
        """
        key = list(cells)
        day_cells: list[bytes] = []
        for at in self._day_places:
            if cells[at] not in _NO_DAY:
                day_cells.append(cells[at])
                key[at] = _A_DAY
        at = self._limit_place
        if at >= 0 and len(cells[at]) >= _DAY_BYTES_MIN and cells[at][-1] not in _LAST_OF_DAYS:
            day_cells.append(cells[at])
            key[at] = _A_DAY
        form = self._form_of(tuple(key))
        if form is None or cents < form.enough_cents:
            return self.read_alone(cells, cents, due_ordinal)
        try:
            days = [read_day(cell, month_first=self._month_first) for cell in day_cells]
        except Refused:
            return self.read_alone(cells, cents, due_ordinal)
        if days and not _holds(form, [day.toordinal() for day in days], due_ordinal):
            return self.read_alone(cells, cents, due_ordinal)
        content = form.template % tuple(day.isoformat().encode() for day in days)
        return ReadTerms(content, 0, is_over=False)

    def read_alone(self, cells: tuple[bytes, ...], cents: int, due_ordinal: int) -> ReadTerms:
        """Read one row by itself: the rule that `read` agrees with."""
        try:
            stated = self._stated(cells)
        except _FaultError as fault:
            return ReadTerms(b"", int(fault.code), is_over=False)
        if not stated:
            return ReadTerms(b"", 0, is_over=False)
        faults = check_terms(stated, amount_cents=cents, due_ordinal=due_ordinal)
        if cents <= 0:
            faults = Faults.NONE  # The amount is refused, before any of this.
        code = next((code for code, fault in _CODES if fault in faults), 0)
        return ReadTerms(orjson.dumps(stated.content()), int(code), Faults.OVER_LEGAL in faults)

    def _make_form(self, cells: tuple[bytes, ...]) -> _Form | None:
        """Make the form of rows with these cells; None when they are to be read alone."""
        known = tuple(_SOME_DAY if cell == _A_DAY else cell for cell in cells)
        try:
            stated = self._stated(known)
        except _FaultError:
            return None
        discounts = stated.discounts or ()
        limit = stated.payment_limit
        days = sum(each.until is not None for each in discounts)
        if any(not each.portion for each in discounts) or days + 1 < len(discounts):
            return None  # Two that end on the due date contradict one another.
        content = orjson.dumps(stated.content()) if stated else b""
        if content.count(_SOME_DAY) != cells.count(_A_DAY):
            return None  # The day of a discount of nothing is read, and is no part of the terms.
        return _Form(
            template=content.replace(_SOME_DAY, b"%b"),
            enough_cents=enough_cents(stated),
            limit_at=days if limit is not None and limit.until is not None else -1,
            ends_on_due=days < len(discounts),
        )

    def _stated(self, cells: tuple[bytes, ...]) -> StatedTerms:
        found: dict[str, tuple[bytes, str]] = {}
        for field, cell in zip(self._fields, cells, strict=True):
            if not cell:
                continue
            if field.column in found:
                raise _FaultError(RejectCode[f"{PREFIXES[field.column]}_TWICE"])
            found[field.column] = (cell, field.unit)
        return _Cells(found, self._style, month_first=self._month_first).terms


def _holds(form: _Form, days: list[int], due_ordinal: int) -> bool:
    """Tell whether the days of a row can stand with its due date."""
    if form.limit_at >= 0 and days.pop(form.limit_at) < due_ordinal:
        return False
    if form.ends_on_due:
        days.append(due_ordinal)
    return len(set(days)) == len(days) and all(day <= due_ordinal for day in days)


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
