"""From the optional fields of a block to details, codes and warnings: one column after another.

The official columns are read by array arithmetic; here a value is read once and remembered, for
files with these columns repeat most of their values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.address import states_of_postal_code
from cobranca.domain.billing import RowWarning
from cobranca.domain.money import DecimalStyle
from cobranca.infra.columns import POSTGRES_EPOCH, TextColumn
from cobranca.uploads.csv_reader.cells import Bytes, Cells, Codes, Flags, Int64s, trimmed
from cobranca.uploads.csv_reader.optional_columns.details import Details, packed
from cobranca.uploads.csv_reader.optional_columns.names import OptionalField
from cobranca.uploads.csv_reader.optional_columns.terms_rows import (
    PREFIXES,
    TermsReader,
)
from cobranca.uploads.csv_reader.optional_columns.texts import (
    Rule,
    document_rule,
    read_copies,
    read_instalment,
    read_phone,
    read_postal_code,
    read_state,
    text_rule,
)
from cobranca.uploads.csv_reader.reject_codes import RejectCode

#: By column: the detail that it becomes, its rule, and the code of what the rule refuses.
_RULES: Final[dict[str, tuple[str, Rule, RejectCode]]] = {
    "payerAddress": ("street", text_rule(100), RejectCode.ADDRESS_FORMAT),
    "payerAddressNumber": ("street_number", text_rule(10), RejectCode.ADDRESS_NUMBER_FORMAT),
    "payerAddressComplement": ("complement", text_rule(30), RejectCode.COMPLEMENT_FORMAT),
    "payerDistrict": ("district", text_rule(60), RejectCode.DISTRICT_FORMAT),
    "payerCity": ("city", text_rule(60), RejectCode.CITY_FORMAT),
    "payerState": ("state", read_state, RejectCode.STATE_FORMAT),
    "payerPostalCode": ("postal_code", read_postal_code, RejectCode.POSTAL_CODE_FORMAT),
    "payerPhone": ("phone", read_phone, RejectCode.PHONE_FORMAT),
    "copyEmails": ("copies", read_copies, RejectCode.COPY_EMAILS_FORMAT),
    "documentNumber": ("document_number", document_rule(40), RejectCode.DOCUMENT_NUMBER_FORMAT),
    "instalment": ("instalment", read_instalment, RejectCode.INSTALMENT_FORMAT),
    "message": ("message", text_rule(200), RejectCode.MESSAGE_FORMAT),
}
_TERMS: Final = "terms"
#: Without these banks register no title.
_ADDRESS_WANTED: Final = ("street", "city", "state", "postal_code")
_ADDRESS: Final = frozenset({*_ADDRESS_WANTED, "street_number", "complement", "district"})
_EPOCH: Final = POSTGRES_EPOCH.toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDetails:
    """The optional columns of some records, read."""

    details: Details
    #: The RejectCode of each record's first fault.
    codes: Codes
    #: Bits of RowWarning.
    warnings: npt.NDArray[np.int16]


@dataclass(slots=True, kw_only=True)
class DetailsReader:
    """Reads the optional columns of a file, block by block."""

    fields: tuple[OptionalField, ...]
    style: DecimalStyle
    _terms: TermsReader | None = field(default=None, init=False)

    def read(
        self,
        buffer: Bytes,
        starts: npt.NDArray[np.int64],
        ends: npt.NDArray[np.int64],
        amounts: Int64s,
        due_dates: Int64s,
        *,
        garbled: Flags,
        month_first: bool,
    ) -> ReadDetails:
        """Read the optional fields of a block.

        Args:
            buffer: the bytes.
            starts: int64[fields, n], where each field begins.
            ends: where it ends.
            amounts: cents; of records that are refused for them, anything.
            due_dates: days since 2000-01-01; the same.
            garbled: records whose letters beyond ASCII nobody can tell for sure.
            month_first: the file has proved that its months come first.
        """
        columns: dict[str, TextColumn] = {}
        codes = np.zeros(len(amounts), dtype=np.uint8)
        stated: list[list[bytes]] = []
        for number, each in enumerate(self.fields):
            cells = _texts(trimmed(Cells(buffer=buffer, start=starts[number], end=ends[number])))
            if each.column in PREFIXES:
                stated.append(cells)
                continue
            name, rule, code = _RULES[each.column]
            kept, refused = _read_column(cells, rule, garbled)
            codes[[row for row in refused if not codes[row]]] = code
            columns[name] = packed(kept)
        warnings = _address_warnings(columns, len(amounts))
        if stated:
            columns[_TERMS] = self._read_terms(
                stated, amounts, due_dates, codes, warnings, month_first=month_first
            )
        return ReadDetails(details=Details(columns=columns), codes=codes, warnings=warnings)

    def _read_terms(
        self,
        stated: Sequence[list[bytes]],
        amounts: Int64s,
        due_dates: Int64s,
        codes: Codes,
        warnings: npt.NDArray[np.int16],
        *,
        month_first: bool,
    ) -> TextColumn:
        """Read the terms row by row; the codes and warnings are written to."""
        if self._terms is None:
            fields = [each for each in self.fields if each.column in PREFIXES]
            self._terms = TermsReader(fields, self.style, month_first=month_first)
        read = self._terms.read
        contents: list[bytes] = []
        faults: list[int] = []
        over: list[int] = []
        rows = zip(zip(*stated, strict=True), amounts.tolist(), due_dates.tolist(), strict=True)
        for number, (cells, cents, day) in enumerate(rows):
            said = read(cells, cents, day + _EPOCH)
            contents.append(said.content)
            faults.append(said.fault)
            if said.is_over:
                over.append(number)
        found = np.array(faults, dtype=np.uint8)
        codes[:] = np.where(codes == 0, found, codes)
        warnings[over] |= RowWarning.TERMS_OVER_LEGAL
        return packed(contents)


def instalment_numbers(cells: Cells) -> list[bytes]:
    """Return which instalment trimmed cells say, without of how many; empty where they do not."""
    return [(read_instalment(cell) or b"").partition(b"/")[0] for cell in _texts(cells)]


def _texts(cells: Cells) -> list[bytes]:
    """Return the bytes of each cell."""
    if not len(cells):
        return []
    low = int(cells.start.min())
    text = cells.buffer[low : int(cells.end.max())].tobytes()
    starts, ends = (cells.start - low).tolist(), (cells.end - low).tolist()
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _read_column(cells: list[bytes], rule: Rule, garbled: Flags) -> tuple[list[bytes], list[int]]:
    """Return what is kept of each cell, and which rows are refused; equal cells are read once."""
    value_of = {cell: rule(cell) if cell else cell for cell in set(cells)}
    kept = [value_of[cell] for cell in cells]
    refused = [row for row, value in enumerate(kept) if value is None] if None in kept else []
    odd = np.flatnonzero(garbled).tolist()
    refused += [row for row in odd if not cells[row].isascii()]
    return [value or b"" for value in kept], refused


def _address_warnings(columns: dict[str, TextColumn], count: int) -> npt.NDArray[np.int16]:
    """Warn of an address that no bank would register, in a file that has addresses."""
    warnings = np.zeros(count, dtype=np.int16)
    if not _ADDRESS.intersection(columns):
        return warnings
    missing = np.zeros(count, dtype=np.bool_)
    for name in _ADDRESS_WANTED:
        missing |= columns[name].length == 0 if name in columns else True
    warnings[missing] |= RowWarning.ADDRESS_INCOMPLETE
    if "state" in columns and "postal_code" in columns:
        state, code = columns["state"], columns["postal_code"]
        pairs = list(zip(_texts(_cells_of(state)), _texts(_cells_of(code)), strict=True))
        odd = {pair for pair in set(pairs) if all(pair) and not _is_of_state(*pair)}
        if odd:
            rows = [row for row, pair in enumerate(pairs) if pair in odd]
            warnings[rows] |= RowWarning.POSTAL_CODE_OTHER_STATE
    return warnings


def _cells_of(text: TextColumn) -> Cells:
    start = text.start.astype(np.int64)
    return Cells(buffer=text.buffer, start=start, end=start + text.length)


def _is_of_state(state: bytes, postal_code: bytes) -> bool:
    return state.decode() in states_of_postal_code(postal_code.decode())
