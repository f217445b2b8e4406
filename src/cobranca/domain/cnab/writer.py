"""Remittances: titles in columns to the bytes of a file, some thousand at a time.

Owns: the order of records, their numbers, lots, totals. Memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from cobranca.domain.cnab.account import RemittanceAccount
from cobranca.domain.cnab.arrays import shared
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.layout import Draft, Mask
from cobranca.domain.cnab.record import Record
from cobranca.domain.cnab.refusals import Refusal, TitleRefused
from cobranca.domain.cnab.text import Bytes
from cobranca.domain.cnab.title_columns import title_columns
from cobranca.domain.cnab.titles import RemittanceFile, Titles
from cobranca.domain.cnab.values import FieldInvalid, Value
from cobranca.domain.errors import InvalidField

#: Titles made at a time: their lines and columns stay in the processor's cache.
CHUNK_TITLES: Final = 4096
#: Records that six places can number.
FILE_RECORDS_MAX: Final = 999_999
#: Segments that five places can number.
LOT_SEGMENTS_MAX: Final = 99_999
#: Safra has three places for the sequence of the file, and begins again.
_SHORT_SEQUENCE: Final = 1000
_LINE_END: Final = (13, 10)
#: What still comes behind the titles of a lot, at the least.
_LOT_ENDS: Final = ("lot_trailer", "file_trailer")


@dataclass(slots=True)
class _Tally:
    """What trailers tell."""

    records: int = 0
    titles: int = 0
    cents: int = 0


class RemittanceWriter:
    """Writes one file: `begin`, `write` as often as there are titles, `end`."""

    def __init__(self, account: RemittanceAccount, file: RemittanceFile) -> None:
        """Prepare a file that has nothing in it yet."""
        self._account = account
        self._file = file
        self._layout = account.layout
        self._fixed = fixed_values(account, file)
        self._all = _Tally()
        self._lot = _Tally()
        self._lots = 0
        self.warnings: dict[str, int] = {}

    @property
    def titles(self) -> int:
        """How many titles there are so far."""
        return self._all.titles

    @property
    def records(self) -> int:
        """How many records there are so far."""
        return self._all.records

    @property
    def amount_cents(self) -> int:
        """What the titles add up to so far."""
        return self._all.cents

    def begin(self) -> bytes:
        """Write what stands before all titles.

        Raises:
            InvalidField: the account has something that does not fit.
        """
        if not self._layout.has_lots:
            return self._own("header")
        return self._own("file_header") + self._begin_lot()

    def write(self, titles: Titles) -> Iterator[bytes]:
        """Write titles.

        Raises:
            TitleRefused: a title has what the layout cannot say, or what the bank would refuse.
            InvalidField: the file is full.
        """
        for start in range(0, len(titles), CHUNK_TITLES):
            yield from self._write_chunk(titles.rows(start, start + CHUNK_TITLES))

    def end(self) -> bytes:
        """Write what stands behind all titles.

        Raises:
            InvalidField: there are no titles.
        """
        if not self._all.titles:
            raise InvalidField("titles", "A remittance has at least one title.")
        if not self._layout.has_lots:
            return self._own("trailer")
        return self._end_lot() + self._own("file_trailer")

    def _write_chunk(self, titles: Titles) -> Iterator[bytes]:
        draft = Draft(self._account.layout, self._account.values, self._file, titles)
        before = self._all.titles
        columns, masks = draft_columns(draft, self._fixed)
        refusal = draft.first_refusal()
        if refusal is not None:
            raise _refused(draft, refusal, before)
        try:
            yield from self._write_lines(draft, columns, masks)
        except FieldInvalid as error:
            # Policies refuse in the words of titles; this is for what they forgot.
            found = Refusal(
                index=error.row + self._all.titles - before,
                field=error.field,
                code=error.code,
                detail=f"{error.reason}.",
            )
            raise _refused(draft, found, before) from error
        for code, count in draft.warnings.items():
            self.warnings[code] = self.warnings.get(code, 0) + count

    def _write_lines(
        self, draft: Draft, columns: Mapping[str, Column], masks: list[Mask]
    ) -> Iterator[bytes]:
        lines = np.zeros(draft.count, dtype=np.int64)
        for mask in masks:
            lines += mask
        ends = np.cumsum(lines)
        cents = np.broadcast_to(draft.amount, draft.count)
        start = 0
        while start < draft.count:
            room = self._room()
            before = int(ends[start - 1]) if start else 0
            stop = int(np.searchsorted(ends, before + room, side="right"))
            if stop == start:
                yield self._next_lot()
                continue
            rows = slice(start, stop)
            count = int(ends[stop - 1]) - before
            yield self._lines(columns, masks, rows, draft.count, count)
            for tally in (self._all, self._lot):
                tally.records += count
                tally.titles += stop - start
                tally.cents += int(cents[rows].sum())
            start = stop

    def _lines(
        self,
        columns: Mapping[str, Column],
        masks: list[Mask],
        rows: slice,
        total: int,
        count: int,
    ) -> bytes:
        """Write the records of some titles, in order."""
        whole = rows == slice(0, total)
        taken = dict(columns) if whole else {n: _take(c, rows, total) for n, c in columns.items()}
        taken["lot"] = self._lots
        masks = [mask[rows] if mask.ndim else mask for mask in masks]
        out = np.empty((count, self._layout.width + len(_LINE_END)), dtype=np.uint8)
        out[:, -2:] = _LINE_END
        number = self._lot.records + 1 if self._layout.has_lots else self._all.records + 1
        if any(mask.ndim for mask in masks):
            self._scatter(out, taken, masks, rows.stop - rows.start, number)
        else:
            self._interleave(out, taken, [bool(mask) for mask in masks], number)
        return out.tobytes()

    def _interleave(
        self, out: Bytes, columns: Mapping[str, Column], present: list[bool], number: int
    ) -> None:
        """Write titles that all have the same kinds of records, each kind at once."""
        kinds = [kind for kind, has in zip(self._layout.kinds, present, strict=True) if has]
        numbers = np.arange(number, number + len(out))
        for place, kind in enumerate(kinds):
            own = {"line": numbers[place :: len(kinds)], "sequence": numbers[place :: len(kinds)]}
            record = self._layout.records[kind.record]
            lines = out[place :: len(kinds), : record.width]
            record.encode_into(lines, {**columns, **own})

    def _scatter(
        self,
        out: Bytes,
        columns: Mapping[str, Column],
        masks: list[Mask],
        titles: int,
        number: int,
    ) -> None:
        """Write titles with different kinds of records, each kind to its lines."""
        each = np.stack([np.broadcast_to(mask, titles) for mask in masks])
        position = (np.cumsum(each.T.ravel()) - 1).reshape(titles, len(masks)).T
        for kind, mask, places in zip(self._layout.kinds, each, position, strict=True):
            chosen = np.flatnonzero(mask)
            if not chosen.size:
                continue
            at = places[chosen]
            record = self._layout.records[kind.record]
            taken = {
                name: _take(columns[name], chosen, titles)
                for name in record.names - {"line", "sequence"}
            }
            lines = self._encode(
                record, {**taken, "line": number + at, "sequence": number + at}, chosen
            )
            out[at, : record.width] = lines

    @staticmethod
    def _encode(record: Record, columns: Mapping[str, Column], chosen: np.ndarray) -> Bytes:
        """Encode some titles' lines; an error names the title, not the line."""
        try:
            return record.encode(columns, len(chosen))
        except FieldInvalid as error:
            error.row = int(chosen[error.row])
            raise

    def _room(self) -> int:
        """Say how many records may still come before a lot or the file is full."""
        left = FILE_RECORDS_MAX - self._all.records
        if self._layout.has_lots:
            return min(LOT_SEGMENTS_MAX - self._lot.records, left - len(_LOT_ENDS))
        return left - 1

    def _next_lot(self) -> bytes:
        """Begin another lot, when it is the lot that is full.

        Raises:
            InvalidField: it is the file.
        """
        left = FILE_RECORDS_MAX - self._all.records
        edges = 2 * len(_LOT_ENDS) + len(self._layout.kinds)
        if not self._layout.has_lots or left < edges:
            most = f"{FILE_RECORDS_MAX:,}"
            detail = f"A file has at most {most} records: split the titles into more files."
            raise InvalidField("titles", detail, code="FILE_FULL")
        return self._end_lot() + self._begin_lot()

    def _begin_lot(self) -> bytes:
        self._lots += 1
        self._lot = _Tally()
        return self._own("lot_header")

    def _end_lot(self) -> bytes:
        return self._own("lot_trailer")

    def _own(self, name: str) -> bytes:
        """Write a record of the file itself."""
        self._all.records += 1
        counted: dict[str, Value] = {
            "line": self._all.records,
            "count": self._all.titles,
            "total": self._all.cents,
            "lot": self._lots,
            "lot.records": self._lot.records + 2,
            "totals.count": self._lot.titles,
            "totals.amount": self._lot.cents,
            "lots": self._lots,
            "file.records": self._all.records,
        }
        try:
            line = self._layout.records[name].encode_one({**self._fixed, **counted})
        except FieldInvalid as error:
            raise InvalidField(error.field, error.detail, code=error.code) from error
        return line.encode("ascii") + bytes(_LINE_END)


def write_remittance(
    account: RemittanceAccount, file: RemittanceFile, titles: Iterable[Titles]
) -> Iterator[bytes]:
    """Write a whole file, in parts; after an error what came before it is no file.

    Raises:
        TitleRefused: a title has what the layout cannot say, or what the bank would refuse.
        InvalidField: the file is full, or has no titles, or the account does not fit.
    """
    writer = RemittanceWriter(account, file)
    yield writer.begin()
    for some in titles:
        yield from writer.write(some)
    yield writer.end()


def refusals_of(account: RemittanceAccount, file: RemittanceFile, titles: Titles) -> list[Refusal]:
    """List everything that keeps titles out of a file, without writing it."""
    found: list[Refusal] = []
    fixed = fixed_values(account, file)
    for start in range(0, len(titles), CHUNK_TITLES):
        draft = Draft(
            account.layout, account.values, file, titles.rows(start, start + CHUNK_TITLES)
        )
        draft_columns(draft, fixed)
        found += [
            Refusal(index=start + r.index, field=r.field, code=r.code, detail=r.detail)
            for r in draft.refusals()
        ]
    return found


def draft_columns(draft: Draft, fixed: Mapping[str, Value]) -> tuple[dict[str, Column], list[Mask]]:
    """Let the layout's policy fill the columns, and say which kinds of records each title has."""
    common = title_columns(draft)
    columns: dict[str, Column] = {**fixed, **common, **draft.layout.values(draft)}
    always = np.asarray(True)
    masks = [kind.when(draft) if kind.when else always for kind in draft.layout.kinds]
    return columns, [shared(np.asarray(mask, dtype=np.bool_)) for mask in masks]


def _refused(draft: Draft, refusal: Refusal, before: int) -> TitleRefused:
    """Count the title from the beginning of the file."""
    shown = Refusal(
        index=before + refusal.index,
        field=refusal.field,
        code=refusal.code,
        detail=refusal.detail,
    )
    return TitleRefused(shown, draft.our_number_text(refusal.index))


def fixed_values(account: RemittanceAccount, file: RemittanceFile) -> dict[str, Value]:
    """Give what is the same in all records of a file."""
    return {
        **account.values,
        "file.date": file.generated_at.date(),
        "file.time": file.generated_at.time(),
        "file.seq": file.sequence,
        "file.seq3": file.sequence % _SHORT_SEQUENCE,
        "lot": 0,
    }


def _take(column: Column, rows: slice | np.ndarray, total: int) -> Column:
    """Take some rows of a column; what is one value for all stays."""
    if isinstance(column, np.ndarray):
        return column[rows] if column.ndim else column
    if isinstance(column, list | tuple) and len(column) == total:
        return np.array(column)[rows] if not isinstance(rows, slice) else column[rows]
    return column
