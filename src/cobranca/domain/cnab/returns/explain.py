"""A CNAB file told field by field, for people who look for a fault together with a bank.

It follows a broken file as far as it goes: nothing is refused here. Return files are told by the
tables that they are read by, remittances by those that they are written by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cobranca.domain.cnab.record import Field, Record
from cobranca.domain.cnab.returns.layouts import PAID_ONLY, ReturnLayout
from cobranca.domain.cnab.returns.lines import Lines, Source, lines_of
from cobranca.domain.cnab.returns.meanings import occurrence_of, reason_of
from cobranca.domain.cnab.returns.recognise import layout_for, layout_of_titles, recognise
from cobranca.domain.cnab.returns.refusal import Refused
from cobranca.domain.cnab.returns.totals import TOTALS
from cobranca.domain.cnab.values import FieldInvalid, decode_value
from cobranca.domain.money import format_brl

_RECORDS_400: Final = {
    "0": "file header",
    "1": "title",
    "7": "title",
    "2": "extra line",
    "3": "extra line",
    "4": "extra line",
    "8": "extra line",
    "9": "trailer",
}
_RECORDS_240: Final = {
    "0": "file header",
    "1": "lot header",
    "3": "detail",
    "5": "lot end",
    "9": "file end",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedField:
    """One field of a line.

    Attributes:
        first: its first place, from 1.
        last: its last place.
        name: in our words.
        raw: what stands there, blanks included.
        meaning: what that says; empty where it is just text.
    """

    first: int
    last: int
    name: str
    raw: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedLine:
    """One line of a file.

    Attributes:
        number: from 1, without empty lines.
        record: what kind of line it is.
        length: how many characters it has.
        fields: what is known of its places, in order.
    """

    number: int
    record: str
    length: int
    fields: tuple[ExplainedField, ...]


def explain(
    source: Source, remittances: Mapping[str, Mapping[str, Record]]
) -> Iterator[ExplainedLine]:
    """Tell a file line by line; whatever the bytes are, nothing is raised.

    Args:
        source: its bytes.
        remittances: the records of remittances, by layout (`341-400`) and name.
    """
    lines = lines_of(source)
    teller = _teller(lines, remittances)
    for number, line in enumerate(lines.raw(), 1):
        record, fields = teller.tell(line)
        yield ExplainedLine(number=number, record=record, length=len(line), fields=tuple(fields))


def _teller(lines: Lines, remittances: Mapping[str, Mapping[str, Record]]) -> _Teller:
    try:
        first = lines.first_line()
        return _ReturnTeller(lines, layout_for(recognise(first), first))
    except Refused:
        first = next(lines.raw(), b"")
    layout = _remittance_layout(first)
    return (
        _RemittanceTeller(lines, remittances[layout]) if layout in remittances else _Teller(lines)
    )


def _remittance_layout(first: bytes) -> str:
    text = first.decode("latin-1")
    if text.startswith("01REMESSA"):
        return f"{text[76:79]}-400"
    return f"{text[:3]}-240"


class _Teller:
    """Tells nothing: the file is not recognised."""

    def __init__(self, lines: Lines) -> None:
        self._charset = lines.charset

    def tell(self, line: bytes) -> tuple[str, Iterable[ExplainedField]]:
        """Name the kind of a line, and its fields."""
        return "not recognised", ()

    def _field(self, line: bytes, field: Field, meaning: str | None = None) -> ExplainedField:
        raw = line[field.start : field.stop].decode(self._charset, "replace")
        return ExplainedField(
            first=field.start + 1,
            last=field.stop,
            name=field.name.removeprefix(PAID_ONLY) or "constant",
            raw=raw,
            meaning=_meaning(field, raw) if meaning is None else meaning,
        )


class _RemittanceTeller(_Teller):
    """Tells a remittance by the tables that it is written by."""

    def __init__(self, lines: Lines, records: Mapping[str, Record]) -> None:
        super().__init__(lines)
        self._records = records

    def tell(self, line: bytes) -> tuple[str, Iterable[ExplainedField]]:
        """Find the record whose constants stand in the line, and tell its fields."""
        fits = {
            name: marks
            for name, record in self._records.items()
            if (marks := _constants_in(record, line)) is not None
        }
        if not fits:
            return "not recognised", ()
        name = max(fits, key=lambda known: fits[known])
        told: list[ExplainedField] = []
        for field in self._records[name].fields:
            if field.name:
                told.append(self._field(line, field))
            elif field.constant and field.constant.strip(" 0"):
                stands = line[field.start : field.stop] == field.constant.encode("ascii")
                told.append(self._field(line, field, "" if stands else f"not {field.constant!r}"))
        return name, told


def _constants_in(record: Record, line: bytes) -> int | None:
    """Tell how well the constants of a record fit a line; None when its type is another."""
    types = (0,) if record.width == 400 else (7, 13)
    fit = 0
    for field in record.fields:
        if field.constant is None or field.picture in ("B", "Z"):
            continue
        if line[field.start : field.stop] == field.constant.encode("ascii"):
            fit += field.width
        elif field.start in types:
            return None
        else:
            fit -= field.width
    return fit


class _ReturnTeller(_Teller):
    """Tells a return file by the tables that it is read by."""

    def __init__(self, lines: Lines, layout: ReturnLayout) -> None:
        super().__init__(lines)
        self._layout = layout
        self._header = b""

    def tell(self, line: bytes) -> tuple[str, Iterable[ExplainedField]]:
        """Tell a line by its record type."""
        return self._tell_240(line) if self._layout.width == 240 else self._tell_400(line)

    def _tell_400(self, line: bytes) -> tuple[str, Iterable[ExplainedField]]:
        kind = line[:1].decode("latin-1")
        fields: list[ExplainedField] = [self._field(line, _place("record_type", 1, 1))]
        if kind == "0":
            self._header = self._header or line
            fields += self._known(line, self._layout.header)
        elif kind in ("1", "7"):
            fields += self._title(line, 0)
        elif kind == self._layout.pix_type:
            fields += self._known(line, self._layout.pix)
        elif kind == "9":
            totals = TOTALS.get(self._layout.bank, ())
            fields += [
                self._field(line, _place("total", *total.at), total.what) for total in totals
            ]
        fields.append(self._field(line, _place("line", 395, 400)))
        return _RECORDS_400.get(kind, "not recognised"), fields

    def _tell_240(self, line: bytes) -> tuple[str, Iterable[ExplainedField]]:
        kind, segment = line[7:8].decode("latin-1"), line[13:14].decode("latin-1")
        places = [("bank", 1, 3), ("lot", 4, 7), ("record_type", 8, 8)]
        if kind == "1":
            places += [("operation", 9, 11), ("agreement", 34, 53), ("sequence", 184, 191)]
        elif kind == "3":
            places += [("sequence", 9, 13), ("segment", 14, 14)]
        elif kind == "5":
            places += [("lines_of_lot", 18, 23)]
        elif kind == "9":
            places += [("lots", 18, 23), ("lines_of_file", 24, 29)]
        fields = [self._field(line, _place(*place)) for place in places]
        if kind == "0":
            self._header = self._header or line
            fields += self._known(line, self._layout.header)
        elif kind == "3" and segment == "T":
            fields += self._title(line, 0)
        elif kind == "3" and segment == "U":
            fields += self._title(line, 240)
        elif kind == "3" and segment + line[17:19].decode("latin-1") == self._layout.pix_type:
            fields += self._known(line, self._layout.pix)
        elif kind == "3" and segment == "W":
            fields.append(self._field(line, _place("fault", 29, 30)))
        name = _RECORDS_240.get(kind, "not recognised")
        return f"segment {segment}" if kind == "3" else name, fields

    def _title(self, line: bytes, shift: int) -> list[ExplainedField]:
        """Tell the part of a title that stands in a line, `shift` places into the title."""
        whole = bytes(shift) + line
        layout = layout_of_titles(self._layout, self._header, whole.ljust(480))
        width = layout.width
        table = {name: f for name, f in layout.title.items() if shift <= f.start < shift + width}
        told = self._known(whole, table)
        if not shift:
            told += self._reasons(line, layout)
        return [
            ExplainedField(
                first=f.first - shift,
                last=f.last - shift,
                name=f.name,
                raw=f.raw,
                meaning=f.meaning,
            )
            for f in told
        ]

    def _known(self, line: bytes, table: Mapping[str, Field]) -> list[ExplainedField]:
        told: list[ExplainedField] = []
        for field in sorted(table.values(), key=lambda f: (f.start, f.stop)):
            meaning = None
            if field.name == "occurrence":
                code = line[field.start : field.stop].decode("latin-1")
                known = occurrence_of(self._layout.bank, self._layout.width, code)
                meaning = f"{known.kind}: {known.text}" if known.text else str(known.kind)
            told.append(self._field(line, field, meaning))
        return told

    def _reasons(self, line: bytes, layout: ReturnLayout) -> list[ExplainedField]:
        at = layout.title["occurrence"]
        occurrence = line[at.start : at.stop].decode("latin-1")
        places = layout.reasons_of.get(occurrence, layout.reasons)
        if places is None:
            return []
        told: list[ExplainedField] = []
        for start in range(places.start, places.stop, places.width or 1):
            field = _place("reason", start + 1, start + (places.width or 1))
            code = line[field.start : field.stop].decode("latin-1").strip()
            if not places.width:
                code = str(start + 1) if code == "1" else ""
            if code.strip("0"):
                reason = reason_of(layout.bank, layout.width, occurrence, code)
                told.append(self._field(line, field, f"{reason.text} {reason.advice}".strip()))
        return told


def _place(name: str, first: int, last: int) -> Field:
    return Field(start=first - 1, stop=last, picture="X", name=name)


def _meaning(field: Field, raw: str) -> str:
    """Say what an amount or a date means, or that it is none."""
    if field.picture not in ("V", "D6", "D8", "Y8"):
        return ""
    try:
        value = decode_value(field, raw)
    except FieldInvalid:
        return "INVALID"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and field.name.endswith("cents"):
        return format_brl(value)
    return "none" if value is None else str(value)
