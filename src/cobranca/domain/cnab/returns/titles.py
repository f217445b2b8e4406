"""The titles of a block of lines: in columns for programs that post, one by one for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.record import Field
from cobranca.domain.cnab.returns.layouts import ReasonPlaces, ReturnLayout
from cobranca.domain.cnab.returns.meanings import KINDS, MONEY, REFUSALS, Kind, occurrences_of
from cobranca.domain.cnab.returns.numbers import Bytes, Days, FieldWrong, Ints, NumberReader
from cobranca.domain.cnab.returns.records import Pix, ReturnRecord, Settlement
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

    def __iter__(self) -> Iterator[ReturnRecord]:
        """Give them one by one."""
        return map(self.record, range(len(self)))

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

    def record(self, row: int) -> ReturnRecord:
        """Give one title with all that is known of it."""
        return _Row(self, row).record()

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


class _Row:
    """One row of titles, on its way to a record."""

    def __init__(self, titles: Titles, row: int) -> None:
        self._titles = titles
        self._layout = titles.layout
        self._row = row
        self._raw = titles.rows[row].tobytes()
        self._kind = KINDS[int(titles.kinds[row])]

    def record(self) -> ReturnRecord:
        titles, row, kind = self._titles, self._row, self._kind
        is_money = kind in MONEY
        line = int(titles.lines[row])
        control, document = self._text("control"), self._text("document")
        answer = self._text("protest_answer") if self._text("occurrence") == "19" else ""
        other = int(titles.amounts("paid_cents")[row])
        return ReturnRecord(
            line=line,
            line_u=line + 1 if self._layout.width == 240 else None,
            occurrence=self._text("occurrence"),
            kind=kind,
            our_number=self._our_number(),
            our_number_in_file=self._text("our_number_in_file"),
            our_number_printed=self._printed(),
            is_foreign=bool(titles.is_foreign[row]),
            document=document,
            control=control,
            payer=self._text("payer"),
            debt_id=_debt_id(control or document),
            due_on=self._day("due_on"),
            occurred_on=self._day("occurred_on"),
            credited_on=self._day("credited_on"),
            title_cents=self._cents("title_cents"),
            paid_cents=int(titles.paid_cents[row]) if is_money else None,
            net_cents=int(titles.net_cents[row]) or None,
            interest_cents=self._cents("interest_cents"),
            fine_cents=self._cents("other_credits_cents") if self._layout.fine else 0,
            discount_cents=self._cents("discount_cents"),
            rebate_cents=self._cents("rebate_cents"),
            iof_cents=self._cents("iof_cents"),
            fee_cents=self._cents("fee_cents"),
            other_expenses_cents=self._cents("other_expenses_cents"),
            other_credits_cents=self._cents("other_credits_cents"),
            difference_cents=int(titles.difference_cents[row]),
            amount_field_not_money_cents=0 if is_money else other,
            reasons=self._reasons(),
            wrong_fields=self._wrong_fields(),
            paid_at_bank=_unless_nothing(self._text("paid_at_bank")),
            settlement=self._settlement(),
            fee_debited=self._day("fee_debited"),
            protest_answer=answer,
            origin=self._text("origin"),
            text=self._text("text"),
            pix=titles.pix.get(row),
        )

    def _text(self, name: str) -> str:
        field = self._layout.title.get(name)
        return "" if field is None else self._cut(field.start, field.stop)

    def _cut(self, start: int, stop: int) -> str:
        return self._raw[start:stop].decode(self._titles.charset, "replace").strip(" ")

    def _cents(self, name: str) -> int:
        column = self._titles.cents.get(name)
        return 0 if column is None else int(column[self._row])

    def _day(self, name: str) -> date | None:
        column = self._titles.days.get(name)
        day: date | None = None if column is None else column[self._row].item()
        return day

    def _our_number(self) -> str | None:
        number = self._text("our_number")
        if not number.strip("0 "):
            return None
        return number.zfill(self._layout.number_width)

    def _printed(self) -> str | None:
        number = self._our_number()
        if number is None:
            return None
        whole, part = self._layout.title["our_number_in_file"], self._layout.title["our_number"]
        wallet = self._text("wallet")
        return self._layout.printed.format(
            our_number=number,
            our_number_in_file=self._text("our_number_in_file"),
            upto=self._cut(whole.start, part.stop),
            digit=self._cut(part.stop, whole.stop),
            wallet=wallet,
            wallet2=wallet[-2:],
            year=number[:2],
            rest=number[2:],
        )

    def _reasons(self) -> tuple[str, ...]:
        layout = self._layout
        places = layout.reasons_of.get(self._text("occurrence"), layout.reasons)
        if places is None or not self._explains(places):
            return ()
        cells = self._raw[places.start : places.stop]
        if not places.width:
            marks = enumerate(cells, places.start + 1)
            return tuple(str(place) for place, cell in marks if cell == ord("1"))
        return tuple(_codes(cells.decode(self._titles.charset, "replace"), places.width))

    def _explains(self, places: ReasonPlaces) -> bool:
        """Tell whether the places of reasons hold reasons here."""
        if "channel" in self._layout.title and self._kind in MONEY:
            return False
        if not places.width and self._kind not in REFUSALS:
            return False
        return places.when is None or bool(self._raw[slice(*places.when)].strip(_NOTHING))

    def _wrong_fields(self) -> tuple[str, ...]:
        field = self._layout.title.get("wrong_fields")
        if field is None:
            return ()
        return tuple(_codes(self._raw[field.start : field.stop].decode("latin-1"), 3))

    def _settlement(self) -> Settlement | str | None:
        if "channel" in self._layout.title:
            if self._kind not in MONEY:
                return None
            return Settlement(
                channel=self._text("channel"),
                means=self._text("means"),
                float_days=self._text("float_days"),
            )
        return self._text("settlement") or None


def _codes(cells: str, width: int) -> Iterator[str]:
    for start in range(0, len(cells), width):
        code = cells[start : start + width].strip(" ")
        if code.strip("0"):
            yield code


def _unless_nothing(text: str) -> str:
    return text if text.strip("0") else ""


def _debt_id(control: str) -> UUID | None:
    """Read the debtId that our remittances write into 25 places, in base 36."""
    if len(control) != 25 or not (control.isascii() and control.isalnum()):
        return None
    number = int(control, 36)
    return UUID(int=number) if 0 < number < 1 << 128 and control.isupper() else None


def pix_of(layout: ReturnLayout, charset: str, row: bytes, line: int) -> Pix:
    """Read the extra line that brings a Pix code."""

    def text(field: Field | None) -> str | None:
        if field is None:
            return None
        return row[field.start : field.stop].decode(charset, "replace").strip(" ")

    return Pix(line=line, **{name: text(layout.pix.get(name)) for name in Pix.NAMES})
