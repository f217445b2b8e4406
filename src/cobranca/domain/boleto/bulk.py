"""The numbers of many boletos of one account at once: the same rules on columns.

What all boletos share (bank, parameters, parts of check sums) is computed once; what differs is a
column of digits. Work goes in blocks that stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cobranca.domain.boleto.account import Account, check_sequences, issue_prefix
from cobranca.domain.boleto.bank import Plan
from cobranca.domain.boleto.barcode import BARCODE_LENGTH, CURRENCY_REAL, LINE_LENGTH
from cobranca.domain.boleto.numbers import BoletoNumbers
from cobranca.domain.boleto.pieces import columns_of
from cobranca.domain.check_digit import (
    ASCII_ZERO,
    BARCODE_DIGIT,
    MODULO_10,
    Column,
    Digits,
    values_of_text,
)
from cobranca.domain.due_date import due_factors
from cobranca.domain.errors import InvalidField
from cobranca.domain.money import check_amount_cents

#: Boletos per block: about a megabyte of columns.
BLOCK_ROWS: Final = 16_384

_Integers: TypeAlias = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedNumbers:
    """Barcodes and digitable lines, row by row in the order of the sequence numbers.

    Attributes:
        barcodes: uint8[n, 44], ASCII digits.
        digitable_lines: uint8[n, 47], ASCII digits without the mask.
    """

    barcodes: Digits
    digitable_lines: Digits


def issue_numbers(
    account: Account,
    sequences: npt.NDArray[np.int64],
    amount_cents: npt.NDArray[np.int64],
    due_dates: npt.NDArray[np.datetime64],
    issued: date,
    *,
    document_numbers: npt.NDArray[np.int64] | None = None,
) -> IssuedNumbers:
    """Write the numbers of many boletos: `make_boleto` over `Account.our_number_of`, in bulk.

    Args:
        account: whose boletos they are.
        sequences: int64[n], 1 to `account.sequence_max`.
        amount_cents: int64[n], 1 to 9,999,999,999.
        due_dates: datetime64[D][n], from 2000-07-03 on.
        issued: the day of issue; Sicredi writes its year.
        document_numbers: int64[n], for the wallets that carry one; None = the account's.

    Raises:
        InvalidField: when any value is out of bounds; nothing is then written.
        OurNumbersExhausted: when any sequence is over `account.sequence_max`.
        ValueError: the arrays are of different lengths (a bug of the caller).
    """
    count = len(sequences)
    if not len(amount_cents) == len(due_dates) == count:
        raise ValueError("sequences, amounts and dates must be of one length")
    _check_ranges(account, sequences, amount_cents)
    factors = due_factors(due_dates)
    issued_numbers = IssuedNumbers(
        barcodes=np.empty((count, BARCODE_LENGTH), dtype=np.uint8),
        digitable_lines=np.empty((count, LINE_LENGTH), dtype=np.uint8),
    )
    for start in range(0, count, BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        numbers = {
            "our_number": _our_number_columns(account, sequences[rows], issued),
            "document_number": _document_columns(account, document_numbers, rows),
        }
        free_field = columns_of(account.plans[0].free_field, numbers)
        barcode = barcode_columns(account.bank, free_field, amount_cents[rows], factors[rows])
        _write(barcode, issued_numbers.barcodes[rows])
        _write(line_columns(barcode), issued_numbers.digitable_lines[rows])
    return issued_numbers


def printed_our_numbers(
    account: Account, sequences: npt.NDArray[np.int64], issued: date
) -> list[str]:
    """Give the our numbers as printed, with their check digits, in order.

    Raises:
        InvalidField: a sequence is less than 1.
        OurNumbersExhausted: a sequence is over `account.sequence_max`.
    """
    if not len(sequences):
        return []
    check_sequences(account, int(sequences.min()), int(sequences.max()))
    printed: list[str] = []
    for start in range(0, len(sequences), BLOCK_ROWS):
        block = sequences[start : start + BLOCK_ROWS]
        numbers = {"our_number": _our_number_columns(account, block, issued)}
        columns = columns_of(account.plans[0].printed, numbers)
        printed += _texts(columns, len(block))
    return printed


def issued_our_numbers(
    account: Account, sequences: npt.NDArray[np.int64], issued: date
) -> npt.NDArray[np.bytes_]:
    """Give the our numbers of sequence numbers, without check digits: `Account.our_number_of`.

    Raises:
        InvalidField: a sequence is less than 1.
        OurNumbersExhausted: a sequence is over `account.sequence_max`.
    """
    if not len(sequences):
        return np.empty(0, dtype=np.bytes_)
    check_sequences(account, int(sequences.min()), int(sequences.max()))
    columns = _our_number_columns(account, sequences, issued)
    digits = np.empty((len(sequences), len(columns)), dtype=np.uint8)
    _write(columns, digits)
    return digits.view(f"S{len(columns)}").reshape(-1)


def make_boletos(
    account: Account,
    our_numbers: Sequence[str],
    amount_cents: Sequence[int],
    due_dates: Sequence[date],
) -> list[BoletoNumbers]:
    """Write many boletos whose our numbers are given: the bulk form of `make_boleto`.

    Args:
        account: whose boletos they are.
        our_numbers: all of one width.
        amount_cents: 1 to 9,999,999,999 each.
        due_dates: from 2000-07-03 on, each.

    Raises:
        InvalidField: when any value is out of bounds.
        ValueError: the sequences are of different lengths, or the our numbers of different widths.
    """
    count = len(our_numbers)
    if not len(amount_cents) == len(due_dates) == count:
        raise ValueError("our numbers, amounts and dates must be of one length")
    if count == 0:
        return []
    plan, *_ = (account.plan_of(number) for number in our_numbers)
    for extreme in (min(amount_cents), max(amount_cents)):
        check_amount_cents(extreme)
    numbers = {
        "our_number": _text_columns(our_numbers, plan.our_number_digits),
        "document_number": values_of_text(account.document_number_of(plan)),
    }
    free_field = columns_of(plan.free_field, numbers)
    factors = due_factors(np.array(due_dates, dtype="datetime64[D]"))
    barcode = barcode_columns(
        account.bank, free_field, np.array(amount_cents, dtype=np.int64), factors
    )
    warnings = account.warnings_of(plan)
    parts = (barcode, line_columns(barcode), columns_of(plan.printed, numbers), free_field)
    return [
        BoletoNumbers(
            barcode=barcode_text,
            digitable_line=line,
            our_number=our_number,
            free_field=free_field_text,
            warnings=warnings,
        )
        for barcode_text, line, our_number, free_field_text in zip(
            *(_texts(columns, count) for columns in parts), strict=True
        )
    ]


def digitable_lines_of(barcodes: Digits) -> Digits:
    """Write the lines of many barcodes: the bulk form of `digitable_line_of`.

    Args:
        barcodes: uint8[n, 44], ASCII digits.

    Returns:
        uint8[n, 47], ASCII digits without the mask.

    Raises:
        ValueError: another width, or something else than digits (a bug of the caller).
    """
    if barcodes.ndim != 2 or barcodes.shape[1] != BARCODE_LENGTH:
        raise ValueError(f"expected rows of {BARCODE_LENGTH} digits")
    lines = np.empty((len(barcodes), LINE_LENGTH), dtype=np.uint8)
    for start in range(0, len(barcodes), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        values = np.ascontiguousarray(barcodes[rows].T) - np.uint8(ASCII_ZERO)
        if values.max() > 9:
            raise ValueError(f"expected rows of {BARCODE_LENGTH} digits")
        _write(line_columns(list(values)), lines[rows])
    return lines


def barcode_columns(
    bank: str,
    free_field: Sequence[Column],
    amount_cents: npt.NDArray[np.int64],
    factors: npt.NDArray[np.uint16],
) -> list[Column]:
    """Put the 44 columns of barcodes together, general digit included."""
    before = values_of_text(bank + CURRENCY_REAL)
    after = [*digit_columns(factors, 4), *digit_columns(amount_cents, 10), *free_field]
    return [*before, *BARCODE_DIGIT.of_columns([*before, *after]), *after]


def line_columns(barcode: Sequence[Column]) -> list[Column]:
    """Rearrange 44 columns of barcodes into the 47 of digitable lines."""
    fields = ([*barcode[:4], *barcode[19:24]], barcode[24:34], barcode[34:])
    columns: list[Column] = []
    for field in fields:
        columns += [*field, *MODULO_10.of_columns(field)]
    return [*columns, barcode[4], *barcode[5:19]]


def digit_columns(numbers: _Integers, width: int) -> list[Column]:
    """Split numbers of at most `width` digits into columns, the highest place first.

    Four places at a time are cut off in 64 bits; within them 16 bits do, which is far faster.
    """
    columns: list[Column] = []
    rest = numbers
    for done in range(0, width, 4):
        places = min(4, width - done)
        last = done + places == width
        higher = rest if last else rest // 10_000
        group = (rest if last else rest - higher * 10_000).astype(np.uint16)
        for _ in range(places):
            tens = group // np.uint16(10)
            columns.append((group - tens * np.uint16(10)).astype(np.uint8))
            group = tens
        rest = higher
    return columns[::-1]


def _check_ranges(account: Account, sequences: _Integers, amount_cents: _Integers) -> None:
    if not len(sequences):
        return
    check_sequences(account, int(sequences.min()), int(sequences.max()))
    for extreme in (amount_cents.min(), amount_cents.max()):
        check_amount_cents(int(extreme))


def _our_number_columns(account: Account, sequences: _Integers, issued: date) -> list[Column]:
    issue = account.plans[0].issue
    prefix = values_of_text(issue_prefix(account, issued))
    return [*prefix, *digit_columns(sequences + issue.offset, issue.digits)]


def _text_columns(texts: Sequence[str], width: int) -> list[Column]:
    """Turn texts of digits into columns."""
    joined = "".join(texts).encode()
    if len(joined) != len(texts) * width:
        raise ValueError("our numbers must be of one width")
    table = np.frombuffer(joined, dtype=np.uint8).reshape(len(texts), width)
    return list(np.ascontiguousarray(table.T) - np.uint8(ASCII_ZERO))


def _document_columns(account: Account, numbers: _Integers | None, rows: slice) -> list[Column]:
    plan: Plan = account.plans[0]
    if numbers is None or not plan.document_number_digits:
        return values_of_text(account.document_number_of(plan))
    block = numbers[rows]
    if block.min() < 0 or block.max() >= 10**plan.document_number_digits:
        detail = f"A document number has at most {plan.document_number_digits} digits."
        raise InvalidField("document_number", detail, code="FIELD_LENGTH")
    return digit_columns(block, plan.document_number_digits)


def _texts(columns: Sequence[Column], count: int) -> list[str]:
    """Put columns of digit values together into texts."""
    table = np.empty((count, len(columns)), dtype=np.uint8)
    _write(columns, table)
    return table.view(f"S{len(columns)}").ravel().astype(np.str_).tolist()


def _write(columns: Sequence[Column], table: Digits) -> None:
    """Write columns of digit values into a table of ASCII characters."""
    table[:] = [column + ASCII_ZERO if isinstance(column, int) else 0 for column in columns]
    for place, column in enumerate(columns):
        if not isinstance(column, int):
            np.add(column, np.uint8(ASCII_ZERO), out=table[:, place])
