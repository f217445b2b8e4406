"""The refused records of a segment, in columns.

A million refused records are a normal day, so they are kept in arrays beside the bytes they came
from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cobranca.infra.columns import TextColumn
from cobranca.uploads.csv_reader.cells import Bytes, Codes, Int64s
from cobranca.uploads.csv_reader.messages import SPEAKING_OF_VALUES, message_of
from cobranca.uploads.csv_reader.quoted_record import split_loosely
from cobranca.uploads.csv_reader.reject_codes import OFFICIAL_COLUMNS, TAX_ID, RejectCode

#: Bytes of a refused record that are kept for the report.
RAW_BYTES_MAX: Final = 4096


def official_fields(raw: str, delimiter: str, positions: Sequence[int]) -> tuple[str, ...]:
    """Tell the six official columns of a refused record apart, as far as that can be done."""
    fields = split_loosely(raw, delimiter) if raw else []
    values = [fields[p] if p < len(fields) else "" for p in positions]
    if len(values) > len(OFFICIAL_COLUMNS):  # CPF and CNPJ have a column each.
        other = values.pop()
        values[TAX_ID] = values[TAX_ID] if values[TAX_ID].strip() else other
    return tuple(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejects:
    """The refused records of one segment, in line order."""

    buffer: Bytes
    #: Physical line on which each record begins; the first line of the file is 1.
    line_number: Int64s
    #: RejectCode values.
    code: Codes
    #: Where each record's text begins in the buffer.
    start: Int64s
    #: Bytes of it, at most RAW_BYTES_MAX.
    length: npt.NDArray[np.int32]
    #: int64[n]: what each asks for; 0 where that cannot be read.
    amount_cents: Int64s
    delimiter: str
    #: Position in the file's records of each official column.
    positions: tuple[int, ...]
    #: What the file calls the official columns, in their order.
    column_names: tuple[str, ...]
    #: And the optional ones that it has.
    optional_names: Mapping[str, str]

    def __len__(self) -> int:
        """Return the number of refused records."""
        return len(self.line_number)

    def raw_texts(self) -> TextColumn:
        """Return the records' texts as they stood in the file: whole characters, NUL as `?`."""
        return TextColumn(buffer=self.buffer, start=self.start, length=self.length)

    def messages(self) -> TextColumn:
        """Return the records' messages; only those that speak of a value are made one by one."""
        names, optional = self.column_names, self.optional_names
        texts = [message_of(code, names, optional_names=optional) for code in RejectCode]
        place_of = np.zeros(256, dtype=np.int64)
        place_of[[int(code) for code in RejectCode]] = np.arange(len(texts))
        places = place_of[self.code]
        raw = self.raw_texts()
        for number in np.flatnonzero(np.isin(self.code, SPEAKING_OF_VALUES)).tolist():
            places[number] = len(texts)
            values = official_fields(raw.text(number), self.delimiter, self.positions)
            texts.append(message_of(RejectCode(self.code[number]), self.column_names, values))
        return TextColumn.of(texts).take(places)

    def counts_by_code(self) -> dict[str, int]:
        """Return how many records each code has refused."""
        counts = np.bincount(self.code, minlength=1)
        return {RejectCode(int(code)).name: int(counts[code]) for code in np.flatnonzero(counts)}

    def take(self, rows: npt.NDArray[Any] | slice) -> Rejects:
        """Return the chosen records; the buffer is shared."""
        return Rejects(
            buffer=self.buffer,
            line_number=self.line_number[rows],
            code=self.code[rows],
            start=self.start[rows],
            length=self.length[rows],
            amount_cents=self.amount_cents[rows],
            delimiter=self.delimiter,
            positions=self.positions,
            column_names=self.column_names,
            optional_names=self.optional_names,
        )
