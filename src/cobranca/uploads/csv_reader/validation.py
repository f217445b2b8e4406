"""From the fields of a block to accepted values and refusals: one pass a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.billing import RowWarning
from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader.amounts import read_amounts
from cobranca.uploads.csv_reader.cells import Bytes, Cells, Codes, Flags, Int64s, trimmed
from cobranca.uploads.csv_reader.debt_ids import read_debt_ids
from cobranca.uploads.csv_reader.due_dates import read_due_dates
from cobranca.uploads.csv_reader.emails import read_emails
from cobranca.uploads.csv_reader.names import odd_places, read_names
from cobranca.uploads.csv_reader.records import Frames
from cobranca.uploads.csv_reader.rejects import RAW_BYTES_MAX, RejectCode
from cobranca.uploads.csv_reader.rewritten_values import SideBuffer
from cobranca.uploads.csv_reader.tax_ids import read_tax_ids

#: Where the columns that are needed by name stand in `Frames`.
NAME: Final = 0
AMOUNT: Final = 3

#: What a zero byte of a refused record becomes in its report: a question mark.
NUL_SHOWN_AS: Final = 0x3F

_INT32: Final = np.int32


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a file is judged by."""

    decimal_style: DecimalStyle
    #: Days since 2000-01-01; an earlier due date is past.
    today: int
    reject_invalid_tax_id: bool
    reject_past_due_date: bool


@dataclass(slots=True, kw_only=True)
class Checked:
    """The accepted rows and the refused records of one block, in columns."""

    line_number: Int64s
    debt_id: Bytes
    amount_cents: Int64s
    due_date: npt.NDArray[np.int32]
    warnings: npt.NDArray[np.int16]
    #: Start and length of name, tax id and email in the buffer.
    text_start: tuple[npt.NDArray[np.int32], ...]
    text_length: tuple[npt.NDArray[np.int32], ...]
    rejected_line: Int64s
    rejected_code: Codes
    rejected_start: Int64s
    rejected_length: npt.NDArray[np.int32]


def check(
    buffer: Bytes,
    region: tuple[int, int],
    frames: Frames,
    rules: Rules,
    delimiter: int,
    side: SideBuffer,
) -> Checked:
    """Judge the framed records of buffer[region[0]:region[1]]; the first fault of each counts."""
    places = odd_places(buffer[region[0] : region[1]], delimiter) + region[0]
    odd_names = _rows_of_places(places, frames.field_start[NAME], frames.field_end[NAME])
    with_nul = _rows_of_places(places[buffer[places] == 0], frames.start, frames.end)
    _undouble(buffer, frames, side)
    name, tax_id, email, amount, due_date, debt_id = (
        trimmed(Cells(buffer=buffer, start=start, end=end))
        for start, end in zip(frames.field_start, frames.field_end, strict=True)
    )
    amounts, amount_codes = read_amounts(amount, rules.decimal_style)
    days, date_codes = read_due_dates(due_date)
    ids, id_codes = read_debt_ids(debt_id)
    tax_start, tax_length, tax_valid, tax_codes = read_tax_ids(tax_id, side)
    name_codes = read_names(name, odd_names | frames.is_irregular)
    past = days < rules.today
    if rules.reject_past_due_date:
        date_codes[past & (date_codes == 0)] = RejectCode.DUE_DATE_PAST
    if rules.reject_invalid_tax_id:
        tax_codes[~tax_valid & (tax_codes == 0)] = RejectCode.TAX_ID_INVALID
    codes = _first_faults(
        np.where(with_nul, np.uint8(RejectCode.NUL_BYTE), np.uint8(0)),
        (name_codes, tax_codes, read_emails(email), amount_codes, date_codes, id_codes),
    )
    warnings = np.where(tax_valid, np.int16(0), np.int16(RowWarning.TAX_ID_INVALID))
    warnings |= np.where(past, np.int16(RowWarning.DUE_DATE_PAST), np.int16(0))
    checked = Checked(
        line_number=frames.line_number,
        debt_id=ids,
        amount_cents=amounts,
        due_date=days.astype(_INT32),
        warnings=warnings,
        text_start=_narrowed(name.start, tax_start, email.start),
        text_length=_narrowed(name.length, tax_length, email.length),
        rejected_line=frames.rejected_line,
        rejected_code=frames.rejected_code,
        rejected_start=frames.rejected_start,
        rejected_length=bounded(buffer, frames.rejected_start, frames.rejected_end),
    )
    # PostgreSQL's text holds no NUL. All these bytes are in refused records.
    buffer[places[buffer[places] == 0]] = NUL_SHOWN_AS
    return _without_refused(buffer, checked, frames, codes)


def _first_faults(codes: Codes, columns: tuple[Codes, ...]) -> Codes:
    """Return the first code of each record, the columns in the official order."""
    for column in columns:
        if column.any():
            codes = np.where(codes == 0, column, codes)
    return codes


def _narrowed(*columns: Int64s) -> tuple[npt.NDArray[np.int32], ...]:
    return tuple(column.astype(_INT32) for column in columns)


def _undouble(buffer: Bytes, frames: Frames, side: SideBuffer) -> None:
    """Write fields with doubled quotes to the side with single ones."""
    for column, row in frames.doubled:
        start, end = frames.field_start[column, row], frames.field_end[column, row]
        value = buffer[start:end].tobytes().replace(b'""', b'"')
        begin = side.append(np.frombuffer(value, dtype=np.uint8))
        frames.field_start[column, row] = begin
        frames.field_end[column, row] = begin + len(value)


def _rows_of_places(places: Int64s, start: Int64s, end: Int64s) -> Flags:
    """Tell which of the ascending spans [start, end) hold one of the places."""
    rows = np.zeros(len(start), dtype=np.bool_)
    if places.size and len(start):
        found = np.searchsorted(start, places, side="right") - 1
        inside = (found >= 0) & (places < end[found])
        rows[found[inside]] = True
    return rows


def bounded(buffer: Bytes, start: Int64s, end: Int64s) -> npt.NDArray[np.int32]:
    """Return how many bytes of each refused record are kept: whole characters, a bounded number."""
    length = np.minimum(end - start, RAW_BYTES_MAX)
    # A first byte so near the end that its character is cut; what follows may not be read yet.
    for back, first_byte in ((1, 0xC0), (2, 0xE0), (3, 0xF0)):
        is_cut = (length >= back) & (buffer[start + length - back] >= first_byte)
        length -= back * is_cut
    return length.astype(_INT32)


def _without_refused(buffer: Bytes, checked: Checked, frames: Frames, codes: Codes) -> Checked:
    """Move the refused records from the rows to the refusals; these are put in line order."""
    refused = np.flatnonzero(codes)
    if not refused.size and not frames.rejected_line.size:
        return checked
    line = np.concatenate([checked.rejected_line, frames.line_number[refused]])
    order = np.argsort(line, kind="stable")
    checked.rejected_line = line[order]
    checked.rejected_code = np.concatenate([checked.rejected_code, codes[refused]])[order]
    start = np.concatenate([checked.rejected_start, frames.start[refused]])
    length = bounded(buffer, frames.start[refused], frames.end[refused])
    checked.rejected_start = start[order]
    checked.rejected_length = np.concatenate([checked.rejected_length, length])[order]
    if refused.size:
        kept = codes == 0
        checked.line_number = checked.line_number[kept]
        checked.debt_id = checked.debt_id[kept]
        checked.amount_cents = checked.amount_cents[kept]
        checked.due_date = checked.due_date[kept]
        checked.warnings = checked.warnings[kept]
        checked.text_start = tuple(start[kept] for start in checked.text_start)
        checked.text_length = tuple(length[kept] for length in checked.text_length)
    return checked
