"""One row of titles, as a record: what each place means at this bank, put into words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.record import Field
from cobranca.domain.cnab.returns.layouts import ReasonPlaces, ReturnLayout
from cobranca.domain.cnab.returns.meanings import KINDS, MONEY, REFUSALS
from cobranca.domain.cnab.returns.records import Pix, ReturnRecord, Settlement

if TYPE_CHECKING:
    from cobranca.domain.cnab.returns.titles import Titles

_NOTHING = b"0 "


def records_of(titles: Titles) -> Iterator[ReturnRecord]:
    """Give the titles one by one, each with all that is known of it."""
    return (_Row(titles, row).record() for row in range(len(titles)))


def reasons_in(titles: Titles) -> npt.NDArray[np.bytes_]:
    """Give the reason codes of every row, with blanks between them; what is no ASCII is `?`.

    Rows whose places are equal are read once: a file of a million titles has a few hundred forms,
    and most of them follow one another.
    """
    layout = titles.layout
    fields = ("occurrence", "origin", "protest_answer", "channel")
    spans = [(f.start, f.stop) for name in fields if (f := layout.title.get(name))]
    for places in (layout.reasons, *layout.reasons_of.values()):
        if places is not None:
            spans += [(places.start, places.stop), *([places.when] if places.when else [])]
    cells = titles.rows[:, np.concatenate([np.arange(*span) for span in spans])]
    differs = (cells[1:] != cells[:-1]).any(axis=1)
    starts = np.flatnonzero(np.concatenate((np.ones(min(len(cells), 1), np.bool_), differs)))
    forms = cells[starts].view(f"V{cells.shape[1]}").ravel().tolist()
    known: dict[bytes, bytes] = {}
    for row, form in zip(starts.tolist(), forms, strict=True):
        if form not in known:
            known[form] = " ".join(_Row(titles, row).reasons()).encode("ascii", "replace")
    codes = np.array([known[form] for form in forms], dtype=np.bytes_)
    return np.repeat(codes, np.diff(starts, append=len(cells)))


def pix_of(layout: ReturnLayout, charset: str, row: bytes, line: int) -> Pix:
    """Read the extra line that brings a Pix code."""

    def text(field: Field | None) -> str | None:
        if field is None:
            return None
        return row[field.start : field.stop].decode(charset, "replace").strip(" ")

    return Pix(line=line, **{name: text(layout.pix.get(name)) for name in Pix.NAMES})


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
            reasons=self.reasons(),
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

    def reasons(self) -> tuple[str, ...]:
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
    return UUID(int=number) if 0 < number < 1 << 128 and control == control.upper() else None
