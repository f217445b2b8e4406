"""The same reader written the slow and obvious way, one byte and one record at a time.

It shares the scalar rules of the columns with the product, nothing of the framing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from cobranca.domain.billing import RowWarning
from cobranca.domain.characters import unprintable
from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader.amounts import read_amount
from cobranca.uploads.csv_reader.cells import typed, unmarked
from cobranca.uploads.csv_reader.date_forms import read_form
from cobranca.uploads.csv_reader.debt_ids import read_debt_id
from cobranca.uploads.csv_reader.due_dates import days_since_epoch, read_due_date
from cobranca.uploads.csv_reader.emails import read_email
from cobranca.uploads.csv_reader.names import clean_name, read_name
from cobranca.uploads.csv_reader.no_record import NoRecord
from cobranca.uploads.csv_reader.reject_codes import RejectCode
from cobranca.uploads.csv_reader.tax_ids import read_tax_id, with_lost_zeros

#: The official columns in their order, and behind them a CNPJ where CPF and CNPJ have one each.
Positions = tuple[int, ...]
TODAY = dt.date(2026, 1, 1)


@dataclass(frozen=True)
class Limits:
    record_bytes_max: int = 65_536
    record_lines_max: int = 1_000


@dataclass(frozen=True)
class Shape:
    """What the header says."""

    delimiter: str
    positions: Positions
    field_count: int
    style: DecimalStyle


@dataclass
class Record:
    """A record as it was cut: its fields, or why it has none."""

    line_number: int
    text: bytes
    fields: list[bytes] | None
    code: RejectCode


def read_body(
    body: bytes, line_number: int, shape: Shape, limits: Limits
) -> tuple[list[tuple[object, ...]], list[tuple[int, str]]]:
    """Return the accepted records and (line number, code) of the refused ones."""
    records = list(cut(body, line_number, shape, limits))
    month_first = proves_month_first(records, shape)
    no_record = NoRecord(ord(shape.delimiter))
    accepted: list[tuple[object, ...]] = []
    refused: list[tuple[int, str]] = []
    for record in records:
        code = record.code
        if record.fields is not None:
            cells = [
                record.fields[p].decode() if p < len(record.fields) else "" for p in shape.positions
            ]
            values, code = judge(cells, shape.style, month_first=month_first)
            if b"\0" in record.text:
                code = RejectCode.NUL_BYTE
            if code is RejectCode.ACCEPTED:
                accepted.append((record.line_number, *values))
        may_be_none = record.fields is not None or code is RejectCode.FIELD_COUNT
        if code and not (may_be_none and no_record.is_none(record.text)):
            refused.append((record.line_number, code.name))
    return accepted, refused


def cut(body: bytes, line_number: int, shape: Shape, limits: Limits) -> Iterator[Record]:
    """Yield the records of a body, blank lines left out."""
    at = 0
    separator = shape.delimiter.encode()
    while at < len(body):
        line_end, after = line_at(body, at)
        text = body[at:line_end]
        fields: list[bytes] | None = None
        code = RejectCode.ACCEPTED
        lines = 1
        if len(text) > limits.record_bytes_max:
            code = RejectCode.RECORD_TOO_LONG
        elif b'"' not in text:
            fields = text.split(separator)
        else:
            code, fields, record_end = read_record(body, at, separator, limits)
            if fields is not None:
                text = body[at:record_end]
                _, after = line_at(body, record_end)
                lines = count_breaks(body[at:after]) if after > record_end else 1
                lines = max(lines, 1)
        if fields is not None and not has_right_count(fields, shape):
            fields, code = None, RejectCode.FIELD_COUNT
        if text.strip(b" " if shape.delimiter == "\t" else b" \t"):
            yield Record(line_number, text, fields, code)
        line_number += lines
        at = after


def has_right_count(fields: list[bytes], shape: Shape) -> bool:
    """Fields that are missing or too many at the end do not matter where nothing is in them."""
    more = fields[shape.field_count :]
    if any(field.decode("utf-8", "replace").strip(" \t\u00a0") for field in more):
        return False
    return len(fields) > max(shape.positions[:6])


def proves_month_first(records: list[Record], shape: Shape) -> bool:
    """Count the dates that only one order can read."""
    day_first = month_first = hinted = 0
    for record in records:
        if record.fields is None:
            continue
        found = read_form(typed(unmarked(record.fields[shape.positions[4]].decode())))
        if found is not None and found.order is not None:
            one, two = found.order
            day_first += 12 < one < 32 and 0 < two < 13
            month_first += 12 < two < 32 and 0 < one < 13
            hinted += found.has_half
    if not day_first and not month_first:
        return hinted > 0
    return month_first * 20 > day_first


def line_at(body: bytes, at: int) -> tuple[int, int]:
    """Return where the line's content ends and where the next line begins."""
    end = at
    while end < len(body) and body[end] not in b"\r\n":
        end += 1
    if body[end : end + 2] == b"\r\n":
        return end, end + 2
    return end, min(end + 1, len(body))


def count_breaks(text: bytes) -> int:
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")


def read_record(
    body: bytes, start: int, separator: bytes, limits: Limits
) -> tuple[RejectCode, list[bytes] | None, int]:
    """Read a record with quotes, byte by byte."""
    fields: list[bytes] = []
    at, breaks = start, 0
    bound = start + limits.record_bytes_max
    while True:
        value = bytearray()
        if at > bound:
            return RejectCode.RECORD_TOO_LONG, None, start
        opening = after_blanks(body, at, separator)
        if body[opening : opening + 1] == b'"' and opening <= bound:
            at = opening + 1
            while True:
                if at >= len(body) or at > bound or breaks >= limits.record_lines_max:
                    return RejectCode.UNTERMINATED_QUOTE, None, start
                if body[at : at + 2] == b'""' and at < bound:
                    value += b'"'
                    at += 2
                    continue
                if body[at] == 0x22:
                    at += 1
                    break
                is_break = body[at] == 0x0A or (body[at] == 0x0D and body[at + 1 : at + 2] != b"\n")
                breaks += is_break
                value.append(body[at])
                at += 1
            at = min(after_blanks(body[: bound + 1], at, separator), max(at, bound + 1))
            if (
                at <= bound
                and at < len(body)
                and body[at : at + 1] not in (separator, b"\r", b"\n")
            ):
                return RejectCode.QUOTE_MALFORMED, None, start
        else:
            while at < len(body) and body[at : at + 1] not in (separator, b"\r", b"\n"):
                value.append(body[at])
                at += 1
        fields.append(bytes(value))
        if at - start > limits.record_bytes_max:
            return RejectCode.RECORD_TOO_LONG, None, start
        if body[at : at + 1] != separator:
            return RejectCode.ACCEPTED, fields, at
        at += 1


def after_blanks(body: bytes, at: int, separator: bytes) -> int:
    """Return where something begins that is no blank."""
    while True:
        if body[at : at + 1] in (b" ", b"\t") and body[at : at + 1] != separator:
            at += 1
        elif body[at : at + 2] == "\u00a0".encode():
            at += 2
        else:
            return at


def judge(
    cells: list[str], style: DecimalStyle, *, month_first: bool
) -> tuple[tuple[object, ...], RejectCode]:
    """Judge the six or seven cells by the scalar rules; the first fault counts."""
    name, tax_id, email, amount, due_date, debt_id, *second = map(unmarked, cells)
    twice = bool(second and second[0] and tax_id)
    tax_id = tax_id or (second[0] if second else "")
    bare_tax_id, valid, tax_code = read_tax_id(tax_id)
    cents, amount_code = read_amount(amount, style)
    days, date_code = read_due_date(due_date, month_first=month_first)
    identity, id_code = read_debt_id(debt_id)
    tax_code = RejectCode.TAX_ID_TWICE if twice else tax_code
    codes = (read_name(name), tax_code, read_email(email), amount_code, date_code, id_code)
    warnings = RowWarning(0)
    if not valid:
        warnings |= RowWarning.TAX_ID_INVALID
        if bare_tax_id.isdigit() and len(bare_tax_id) in (5, 6, 7, 8, 9, 10, 12, 13):
            whole = with_lost_zeros(bare_tax_id)
            if whole and len(whole) == (11 if len(bare_tax_id) < 11 else 14):
                warnings |= RowWarning.TAX_ID_ZEROS_LOST
    if days < days_since_epoch(TODAY):
        warnings |= RowWarning.DUE_DATE_PAST
    if unprintable(clean_name(name)):
        warnings |= RowWarning.NAME_NOT_PRINTABLE
    values = (clean_name(name), bare_tax_id, email, cents, days, identity, int(warnings))
    return values, next((code for code in codes if code), RejectCode.ACCEPTED)
