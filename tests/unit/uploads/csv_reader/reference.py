"""The same reader written the slow and obvious way, one byte and one record at a time.

It shares the scalar rules of the columns with the product, nothing of the framing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader.amounts import read_amount
from cobranca.uploads.csv_reader.debt_ids import read_debt_id
from cobranca.uploads.csv_reader.due_dates import days_since_epoch, read_due_date
from cobranca.uploads.csv_reader.emails import read_email
from cobranca.uploads.csv_reader.names import read_name
from cobranca.uploads.csv_reader.rejects import RejectCode
from cobranca.uploads.csv_reader.tax_ids import read_tax_id

BLANKS = " \t\u00a0"
TODAY = dt.date(2026, 1, 1)


@dataclass(frozen=True)
class Limits:
    record_bytes_max: int = 65_536
    record_lines_max: int = 50


def read_body(
    body: bytes,
    line_number: int,
    delimiter: str,
    positions: tuple[int, ...],
    field_count: int,
    style: DecimalStyle,
    limits: Limits,
) -> tuple[list[tuple[object, ...]], list[tuple[int, str]]]:
    """Return the accepted records and (line number, code) of the refused ones."""
    accepted: list[tuple[object, ...]] = []
    refused: list[tuple[int, str]] = []
    at = 0
    separator = delimiter.encode()
    while at < len(body):
        line_end, after = line_at(body, at)
        line = body[at:line_end]
        blank = not line.strip(b" " if delimiter == "\t" else b" \t")
        fields: list[bytes] | None = None
        code = RejectCode.ACCEPTED
        lines = 1
        if blank:
            pass
        elif len(line) > limits.record_bytes_max:
            code = RejectCode.RECORD_TOO_LONG
        elif b'"' not in line:
            fields = line.split(separator)
        else:
            code, fields, record_end = read_record(body, at, separator, limits)
            if fields is not None:
                line = body[at:record_end]
                _, after = line_at(body, record_end)
                lines = count_breaks(body[at:after]) if after > record_end else 1
                lines = max(lines, 1)
        if fields is not None and len(fields) != field_count:
            fields, code = None, RejectCode.FIELD_COUNT
        if fields is not None and b"\0" in line:
            fields, code = None, RejectCode.NUL_BYTE
        if fields is not None:
            values, code = judge([fields[p].decode() for p in positions], style)
            if code is RejectCode.ACCEPTED:
                accepted.append((line_number, *values))
        if code is not RejectCode.ACCEPTED:
            refused.append((line_number, code.name))
        line_number += lines
        at = after
    return accepted, refused


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
        if body[at : at + 1] == b'"':
            at += 1
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


def judge(cells: list[str], style: DecimalStyle) -> tuple[tuple[object, ...], RejectCode]:
    """Judge the six cells by the scalar rules; the first fault counts."""
    name, tax_id, email, amount, due_date, debt_id = cells
    bare_tax_id, valid, tax_code = read_tax_id(tax_id)
    cents, amount_code = read_amount(amount, style)
    days, date_code = read_due_date(due_date)
    identity, id_code = read_debt_id(debt_id)
    codes = (read_name(name), tax_code, read_email(email), amount_code, date_code, id_code)
    warnings = (0 if valid else 1) | (2 if days < days_since_epoch(TODAY) else 0)
    values = (
        name.strip(BLANKS),
        bare_tax_id,
        email.strip(BLANKS),
        cents,
        days,
        identity,
        warnings,
    )
    return values, next((code for code in codes if code), RejectCode.ACCEPTED)
