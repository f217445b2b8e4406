"""The titles of a block of lines: in columns for programs that post, one by one for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.returns.layouts import ReturnLayout
from cobranca.domain.cnab.returns.meanings import KINDS, MONEY, REFUSALS, Kind, occurrences_of
from cobranca.domain.cnab.returns.numbers import Bytes, Days, FieldWrong, Ints, NumberReader
from cobranca.domain.cnab.returns.records import Pix
from cobranca.domain.cnab.returns.structure import digits_value

Texts = npt.NDArray[np.bytes_]
Flags = npt.NDArray[np.bool_]

_KIND_NUMBERS: Final = {kind: number for number, kind in enumerate(KINDS)}
_OTHER: Final = _KIND_NUMBERS[Kind.OTHER]
_REJECTED: Final = _KIND_NUMBERS[Kind.INSTRUCTION_REJECTED]
_IS_MONEY: Final = np.array([kind in MONEY for kind in KINDS])
_IS_REFUSAL: Final = np.array([kind in REFUSALS for kind in KINDS])
_NOTHING: Final = b"0 "

#: Unicred says 02 (done) or 03 (refused), and elsewhere what was done: the origin.
_ORIGINS: Final = {
    b"01": Kind.REGISTERED,
    b"02": Kind.WRITTEN_OFF,
    b"04": Kind.REBATE,
    b"05": Kind.REBATE_CANCELLED,
    b"06": Kind.DUE_DATE_CHANGED,
    b"09": Kind.PROTEST_REQUESTED,
    b"10": Kind.WRITTEN_OFF,
    b"11": Kind.PROTEST_WITHDRAWN,
    b"22": Kind.DATA_CHANGED,
    b"23": Kind.DATA_CHANGED,
    b"25": Kind.PROTEST_WITHDRAWN,
    b"26": Kind.PROTEST_REQUESTED,
}


@dataclass(frozen=True, kw_only=True)
class Titles:
    """Titles that follow one another in a file, in columns.

    Attributes:
        layout: whose tables they are read by.
        charset: of the texts.
        lines: int64[n], the line of each, from 1.
        rows: uint8[n, 400 or 480], the title's places as they stand.
        kinds: uint8[n], numbers of `KINDS`.
        cents: int64[n] by field name, as they stand; 0 where the layout has no such field.
        days: datetime64[D][n] by field name, NaT for none.
        pix: the Pix code that an extra line brings, by row.
        owner: whose file it is, where our numbers begin with that; 0 where they do not.
    """

    layout: ReturnLayout
    charset: str
    lines: Ints
    rows: Bytes
    kinds: npt.NDArray[np.uint8]
    cents: Mapping[str, Ints]
    days: Mapping[str, Days]
    pix: Mapping[int, Pix]
    owner: int = 0

    def __len__(self) -> int:
        """Give the number of titles."""
        return len(self.rows)

    @cached_property
    def is_money(self) -> Flags:
        """Whether the payer's money has been taken: bool[n]."""
        return _IS_MONEY[self.kinds]

    @cached_property
    def paid_cents(self) -> Ints:
        """What the payer gave, 0 where no money was taken: int64[n]."""
        paid = self.cents["paid_cents"]
        if self.layout.paid_is_net:
            paid = paid + self.cents["fee_cents"]
        return np.where(self.is_money, paid, 0)

    @cached_property
    def net_cents(self) -> Ints:
        """What was credited, 0 where no money was taken or the bank does not say: int64[n]."""
        name = "paid_cents" if self.layout.paid_is_net else "net_cents"
        return np.where(self.is_money, self.amounts(name), 0)

    @cached_property
    def difference_cents(self) -> Ints:
        """What the paid amount is more than its parts explain; never 0 is never right: int64[n]."""
        parts = (
            self.amounts("title_cents")
            + self.amounts("interest_cents")
            + self.amounts("other_credits_cents")
            - self.amounts("discount_cents")
            - self.amounts("rebate_cents")
        )
        return np.where(self.is_money, self.paid_cents - parts, 0)

    @cached_property
    def our_numbers(self) -> Texts:
        """The our numbers as our engine takes them: bytes[n].

        Empty where there is none, and where it is another agreement's: that title is not known
        here, whatever its last digits are.
        """
        places = self._places("our_number")
        missing = max(self.layout.number_width - places.shape[1], 0)
        filled = np.pad(places, ((0, 0), (missing, 0)), constant_values=ord("0"))
        known = _is_given(places) & ~self.is_foreign
        return np.where(known, filled.view(f"S{filled.shape[1]}").ravel(), b"")

    @cached_property
    def is_foreign(self) -> Flags:
        """Whether the our number begins with another agreement or account than the file's."""
        if not self.owner:
            return np.zeros(len(self), dtype=np.bool_)
        return (digits_value(self._places("owner")) != self.owner) & _is_given(
            self._places("our_number")
        )

    def amounts(self, name: str) -> Ints:
        """Give the amounts of a field; zeros where the layout has none."""
        return self.cents.get(name, np.zeros(len(self), dtype=np.int64))

    def texts(self, name: str) -> Texts:
        """Give the texts of a field, with the blanks behind; empty where the layout has none."""
        if name not in self.layout.title:
            return np.zeros(len(self), dtype="S1")
        places = np.ascontiguousarray(self._places(name))
        return places.view(f"S{places.shape[1]}").ravel()

    def _places(self, name: str) -> Bytes:
        field = self.layout.title[name]
        return self.rows[:, field.start : field.stop]


def decode_titles(
    layout: ReturnLayout,
    charset: str,
    rows: Bytes,
    lines: Ints,
    *,
    pix: Mapping[int, Pix],
    owner: int,
) -> Titles:
    """Read the titles of a block.

    Raises:
        FieldWrong: an amount or a date that is none.
    """
    kinds = _kinds_of(layout, rows)
    columns = layout.numbers.read(rows)
    if layout.paid_numbers.fields:
        paid = np.flatnonzero(_IS_MONEY[kinds])
        for name, values in _read_some(layout.paid_numbers, rows, paid).items():
            columns[name] = _spread(values, paid, len(rows))
    return Titles(
        layout=layout,
        charset=charset,
        lines=lines,
        rows=rows,
        kinds=kinds,
        cents={name: column for name, column in columns.items() if column.dtype.kind == "i"},
        days={name: column for name, column in columns.items() if column.dtype.kind == "M"},
        pix=pix,
        owner=owner if "owner" in layout.title else 0,
    )


def _read_some(reader: NumberReader, rows: Bytes, at: Ints) -> dict[str, npt.NDArray[Any]]:
    try:
        return reader.read(rows[at])
    except FieldWrong as error:
        raise FieldWrong(error.field, error.text, int(at[error.row])) from error


def _spread(values: npt.NDArray[Any], at: Ints, count: int) -> npt.NDArray[Any]:
    missing = np.datetime64("NaT", "D") if values.dtype.kind == "M" else 0
    column = np.full(count, missing, dtype=values.dtype)
    column[at] = values
    return column


def _kinds_of(layout: ReturnLayout, rows: Bytes) -> npt.NDArray[np.uint8]:
    codes = _pairs_of(layout, rows, "occurrence")
    kinds = _kind_table(layout.bank, layout.width)[codes]
    if "origin" in layout.title:
        origins = _pairs_of(layout, rows, "origin")
        done, refused = codes == _pair(b"02"), codes == _pair(b"03")
        kinds = np.where(done, _origin_table()[origins], kinds)
        kinds = np.where(refused & (origins != _pair(b"01")), np.uint8(_REJECTED), kinds)
    if (answer := layout.title.get("protest_answer")) is not None:
        refused = (codes == _pair(b"19")) & (rows[:, answer.start] == ord("D"))
        kinds = np.where(refused, np.uint8(_REJECTED), kinds)
    return kinds


def _pairs_of(layout: ReturnLayout, rows: Bytes, name: str) -> npt.NDArray[np.uint16]:
    start = layout.title[name].start
    high = rows[:, start].astype(np.uint16) << np.uint16(8)
    return high | rows[:, start + 1].astype(np.uint16)


def _pair(code: bytes) -> int:
    return code[0] << 8 | code[1]


_tables: dict[tuple[str, int], npt.NDArray[np.uint8]] = {}


def _kind_table(bank: str, width: int) -> npt.NDArray[np.uint8]:
    """Give the kind's number for every two characters."""
    if (bank, width) not in _tables:
        table = np.full(1 << 16, _OTHER, dtype=np.uint8)
        for code, known in occurrences_of(bank, width).items():
            table[_pair(code.encode())] = _KIND_NUMBERS[known.kind]
        _tables[bank, width] = table
    return _tables[bank, width]


def _origin_table() -> npt.NDArray[np.uint8]:
    table = np.full(1 << 16, _OTHER, dtype=np.uint8)
    for code, kind in _ORIGINS.items():
        table[_pair(code)] = _KIND_NUMBERS[kind]
    return table


def _is_given(places: Bytes) -> Flags:
    """Tell which fields hold anything but zeros and blanks."""
    return ((places != ord("0")) & (places != ord(" "))).any(axis=1)
