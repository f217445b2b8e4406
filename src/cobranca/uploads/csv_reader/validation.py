"""From the fields of a block to accepted values and refusals: one pass a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from cobranca.domain.billing import RowWarning
from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader.amounts import read_amounts
from cobranca.uploads.csv_reader.cells import Bytes, Cells, Codes, Flags, Int64s, trimmed
from cobranca.uploads.csv_reader.day_month_order import DayMonthOrder
from cobranca.uploads.csv_reader.debt_ids import DebtIds, read_debt_ids
from cobranca.uploads.csv_reader.due_dates import read_due_dates
from cobranca.uploads.csv_reader.emails import read_emails
from cobranca.uploads.csv_reader.names import odd_places, read_names
from cobranca.uploads.csv_reader.no_record import NoRecord
from cobranca.uploads.csv_reader.optional_columns import (
    Details,
    DetailsReader,
    instalment_numbers,
)
from cobranca.uploads.csv_reader.records import RecordSpans
from cobranca.uploads.csv_reader.reject_codes import OFFICIAL_COLUMNS, RejectCode
from cobranca.uploads.csv_reader.rejects import RAW_BYTES_MAX
from cobranca.uploads.csv_reader.repairs import read_thousands, restore_zeros
from cobranca.uploads.csv_reader.rewritten_values import SideBuffer
from cobranca.uploads.csv_reader.tax_ids import lost_zeros, merged, read_tax_ids

#: Where the columns that are needed by name stand in `RecordSpans`.
NAME: Final = 0
AMOUNT: Final = 3
DUE_DATE: Final = 4

#: What a zero byte of a refused record becomes in its report: a question mark.
NUL_SHOWN_AS: Final = 0x3F

_INT32: Final = np.int32


_NO_NAMESPACE: Final = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a file is judged by."""

    decimal_style: DecimalStyle
    #: Days since 2000-01-01; an earlier due date is past.
    today: int
    reject_invalid_tax_id: bool
    reject_past_due_date: bool
    delimiter: int
    #: Whether the months of the due dates come first, asked of the whole file when it matters.
    day_month_order: DayMonthOrder
    #: The names in the header.
    names: tuple[str, ...] = ()
    #: Lines that are not of the file's encoding are of one that nobody can tell for sure.
    refuse_foreign: bool = False
    #: Of the codes of debts that are no UUIDs.
    namespace: UUID = _NO_NAMESPACE
    #: How many of a record's fields are official ones; the rest are optional columns.
    official_fields: int = len(OFFICIAL_COLUMNS)
    #: Reads the optional columns; None where the file has none.
    details: DetailsReader | None = None
    #: Which of a record's fields is part of its debt's code; None where the debtId is all of it.
    instalment_field: int | None = None
    #: Repairs that somebody has asked for.
    restore_zeros: bool = False
    thousands: bool = False


@dataclass(slots=True, kw_only=True)
class Checked:
    """The accepted rows and the refused records of one block, in columns."""

    line_number: Int64s
    debt_id: Bytes
    amount_cents: Int64s
    due_date: npt.NDArray[np.int32]
    warnings: npt.NDArray[np.int16]
    #: Start and length of name, tax id and email in the buffer; of the code of the debt as a
    #: fourth one, in a block that has codes that are no UUIDs.
    text_start: tuple[npt.NDArray[np.int32], ...]
    text_length: tuple[npt.NDArray[np.int32], ...]
    rejected_line: Int64s
    rejected_code: Codes
    rejected_start: Int64s
    rejected_length: npt.NDArray[np.int32]
    #: int64[m]: what each refused record asks for; 0 where that cannot be read.
    rejected_amount: Int64s
    #: What the optional columns say; None where the file has none.
    details: Details | None = None


@dataclass(slots=True, kw_only=True)
class _Read:
    """The columns of some records as they were read: values, codes and warnings."""

    name: Cells
    email: Cells
    tax_start: Int64s
    tax_length: Int64s
    amounts: Int64s
    amount_codes: Codes
    days: Int64s
    debts: DebtIds
    codes: Codes
    warnings: npt.NDArray[np.int16]


def check(
    buffer: Bytes,
    region: tuple[int, int],
    spans: RecordSpans,
    foreign: Int64s,
    rules: Rules,
    side: SideBuffer,
) -> Checked:
    """Judge the records of buffer[region[0]:region[1]]; the first fault of each counts.

    Args:
        buffer: the bytes.
        region: where the block lies in it.
        spans: its records.
        foreign: where lines begin that are not of the file's encoding.
        rules: what the file is judged by.
        side: takes values that differ from the file's.
    """
    block = buffer[region[0] : region[1]]
    places = odd_places(block, rules.delimiter, has_marks=spans.has_marks, breaks=spans.breaks)
    places += region[0]
    odd_names = _rows_of_places(places, spans.field_start[NAME], spans.field_end[NAME])
    with_nul = _rows_of_places(places[buffer[places] == 0], spans.start, spans.end)
    is_foreign = _rows_of_places(foreign, spans.start, spans.end)
    _undouble(buffer, spans, side)
    odd_names |= spans.is_irregular | is_foreign
    read = _read(buffer, spans, odd_names, is_foreign, rules, side)
    details = None
    if rules.details is not None:
        garbled = is_foreign & rules.refuse_foreign
        details = _read_details(buffer, spans, read, garbled, rules.details, rules)
    codes = np.where(with_nul, np.uint8(RejectCode.NUL_BYTE), read.codes)
    checked = Checked(
        line_number=spans.line_number,
        debt_id=read.debts.ids,
        amount_cents=read.amounts,
        due_date=read.days.astype(_INT32),
        warnings=read.warnings,
        text_start=_narrowed(
            read.name.start, read.tax_start, read.email.start, read.debts.code_start
        ),
        text_length=_narrowed(
            read.name.length, read.tax_length, read.email.length, read.debts.code_length
        ),
        rejected_line=spans.rejected_line,
        rejected_code=spans.rejected_code,
        rejected_start=spans.rejected_start,
        rejected_length=bounded(buffer, spans.rejected_start, spans.rejected_end),
        rejected_amount=np.zeros(len(spans.rejected_line), dtype=np.int64),
        details=details,
    )
    # PostgreSQL's text holds no NUL. All these bytes are in refused records.
    buffer[places[buffer[places] == 0]] = NUL_SHOWN_AS
    return _without_refused(buffer, checked, spans, codes, read.amount_codes, rules)


def _read(
    buffer: Bytes,
    spans: RecordSpans,
    odd_names: Flags,
    is_foreign: Flags,
    rules: Rules,
    side: SideBuffer,
) -> _Read:
    """Read column after column."""
    name, tax_id, email, amount, due_date, debt_id, *second = (
        trimmed(Cells(buffer=buffer, start=start, end=end))
        for start, end in zip(
            spans.field_start[: rules.official_fields],
            spans.field_end[: rules.official_fields],
            strict=True,
        )
    )
    both = None
    if second:
        tax_id, both = merged(tax_id, second[0])
    amounts, amount_codes = read_amounts(amount, rules.decimal_style)
    days, date_codes = read_due_dates(due_date, rules.day_month_order)
    debts = read_debt_ids(debt_id, rules.namespace, side, _instalments(buffer, spans, rules))
    tax_start, tax_length, tax_valid, tax_codes = read_tax_ids(tax_id, side)
    repaired = np.zeros(len(name), dtype=np.int16)
    if rules.thousands:
        grouped = read_thousands(amount, rules.decimal_style, amounts, amount_codes)
        repaired[grouped] = RowWarning.AMOUNT_GROUPED
    if rules.restore_zeros:
        whole = restore_zeros(tax_id, tax_start, tax_length, tax_valid, tax_codes, side)
        repaired[whole] |= RowWarning.TAX_ID_ZEROS_RESTORED
    if both is not None:
        tax_codes[both] = RejectCode.TAX_ID_TWICE
    if is_foreign.any() and rules.refuse_foreign:
        odd = np.flatnonzero(is_foreign)
        garbled = [row for row in odd.tolist() if not name.raw(row).isascii()]
    else:
        garbled = []
    name, name_codes, unprintable = read_names(name, odd_names, side)
    name_codes[garbled] = RejectCode.NAME_ENCODING
    past = days < rules.today
    _refuse_by_policy(rules, past, date_codes, ~tax_valid, tax_codes)
    warnings = np.where(tax_valid, np.int16(0), np.int16(RowWarning.TAX_ID_INVALID))
    warnings |= repaired | np.where(past, np.int16(RowWarning.DUE_DATE_PAST), np.int16(0))
    warnings[lost_zeros(buffer, tax_start, tax_length, tax_valid)] |= RowWarning.TAX_ID_ZEROS_LOST
    warnings[np.flatnonzero(is_foreign)] |= RowWarning.ENCODING_MIXED
    warnings[np.flatnonzero(unprintable)] |= RowWarning.NAME_NOT_PRINTABLE
    columns = (name_codes, tax_codes, read_emails(email), amount_codes, date_codes, debts.faults)
    return _Read(
        name=name,
        email=email,
        tax_start=tax_start,
        tax_length=tax_length,
        amounts=amounts,
        amount_codes=amount_codes,
        days=days,
        debts=debts,
        codes=_first_faults(columns),
        warnings=warnings,
    )


def _instalments(buffer: Bytes, spans: RecordSpans, rules: Rules) -> list[bytes] | None:
    """Return the instalment that is part of each record's code, empty where it has none."""
    field = rules.instalment_field
    if field is None:
        return None
    cells = Cells(buffer=buffer, start=spans.field_start[field], end=spans.field_end[field])
    return instalment_numbers(trimmed(cells))


def _read_details(
    buffer: Bytes,
    spans: RecordSpans,
    read: _Read,
    garbled: Flags,
    reader: DetailsReader,
    rules: Rules,
) -> Details:
    """Read the optional columns; their codes and warnings go to what was read before."""
    order = rules.day_month_order
    found = reader.read(
        buffer,
        spans.field_start[rules.official_fields :],
        spans.field_end[rules.official_fields :],
        read.amounts,
        read.days,
        garbled=garbled,
        month_first=order.is_known and order.is_month_first(),
    )
    read.codes = _first_faults((read.codes, found.codes))
    read.warnings |= found.warnings
    return found.details


def _refuse_by_policy(
    rules: Rules, past: Flags, date_codes: Codes, invalid: Flags, tax_codes: Codes
) -> None:
    """Refuse what the settings say of rows that are otherwise accepted."""
    if rules.reject_past_due_date:
        date_codes[past & (date_codes == 0)] = RejectCode.DUE_DATE_PAST
    if rules.reject_invalid_tax_id:
        tax_codes[invalid & (tax_codes == 0)] = RejectCode.TAX_ID_INVALID


def _first_faults(columns: tuple[Codes, ...]) -> Codes:
    """Return the first code of each record, the columns in the official order."""
    codes = columns[0]
    for column in columns[1:]:
        if column.any():
            codes = np.where(codes == 0, column, codes)
    return codes


def _narrowed(*columns: Int64s | None) -> tuple[npt.NDArray[np.int32], ...]:
    return tuple(column.astype(_INT32) for column in columns if column is not None)


def _undouble(buffer: Bytes, spans: RecordSpans, side: SideBuffer) -> None:
    """Write fields with doubled quotes to the side with single ones."""
    for column, row in spans.doubled:
        start, end = spans.field_start[column, row], spans.field_end[column, row]
        value = buffer[start:end].tobytes().replace(b'""', b'"')
        begin = side.append(np.frombuffer(value, dtype=np.uint8))
        spans.field_start[column, row] = begin
        spans.field_end[column, row] = begin + len(value)


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


def _without_refused(
    buffer: Bytes,
    checked: Checked,
    spans: RecordSpans,
    codes: Codes,
    amount_codes: Codes,
    rules: Rules,
) -> Checked:
    """Move the refused records from the rows to the refusals; these are put in line order.

    Lines that are no records are refused for their empty fields, and dropped here.
    """
    faulty = refused = np.flatnonzero(codes)
    if not refused.size and not spans.rejected_line.size:
        return checked
    none = NoRecord(rules.delimiter, rules.names).among(
        buffer, spans.start[refused], spans.end[refused]
    )
    refused = refused[~none]
    line = np.concatenate([checked.rejected_line, spans.line_number[refused]])
    order = np.argsort(line, kind="stable")
    checked.rejected_line = line[order]
    checked.rejected_code = np.concatenate([checked.rejected_code, codes[refused]])[order]
    start = np.concatenate([checked.rejected_start, spans.start[refused]])
    length = bounded(buffer, spans.start[refused], spans.end[refused])
    checked.rejected_start = start[order]
    checked.rejected_length = np.concatenate([checked.rejected_length, length])[order]
    amount = np.where(amount_codes[refused] == 0, checked.amount_cents[refused], 0)
    checked.rejected_amount = np.concatenate([checked.rejected_amount, amount])[order]
    if faulty.size:
        kept = codes == 0
        checked.line_number = checked.line_number[kept]
        checked.debt_id = checked.debt_id[kept]
        checked.amount_cents = checked.amount_cents[kept]
        checked.due_date = checked.due_date[kept]
        checked.warnings = checked.warnings[kept]
        checked.text_start = tuple(start[kept] for start in checked.text_start)
        checked.text_length = tuple(length[kept] for length in checked.text_length)
        if checked.details is not None:
            checked.details = checked.details.take(kept)
    return checked
