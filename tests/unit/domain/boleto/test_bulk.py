"""The bulk form holds what the single form says, for every bank."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.boleto import (
    BANKS,
    Account,
    digitable_line_of,
    digitable_lines_of,
    issue_numbers,
    make_boleto,
    make_boletos,
    printed_our_numbers,
)
from cobranca.domain.boleto.bulk import BLOCK_ROWS, digit_columns
from cobranca.domain.due_date import DUE_DATE_MIN
from cobranca.domain.errors import InvalidField, OurNumbersExhausted
from tests.unit.domain.boleto.accounts import accounts, digits

ITAU = Account(bank="341", parameters={"wallet": "109", "branch": "0057", "account": "12345"})
SPECIAL = Account(bank="341", parameters={"wallet": "107", "agreement": "66677"})
DAYS = st.dates(DUE_DATE_MIN, date(2100, 12, 31))
ISSUED = date(2026, 8, 1)


@pytest.mark.parametrize("code", BANKS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_bulk_agrees_with_single(code: str, data: st.DataObject):
    account = data.draw(accounts(BANKS[code]))
    last = account.sequence_max
    sequences = data.draw(st.lists(st.integers(1, last) | st.just(last), min_size=1, max_size=9))
    count = len(sequences)
    amounts = data.draw(st.lists(st.integers(1, 9_999_999_999), min_size=count, max_size=count))
    days = data.draw(st.lists(DAYS, min_size=count, max_size=count))
    issued = data.draw(DAYS)
    numbers = issue_numbers(
        account, np.array(sequences), np.array(amounts), np.array(days, "datetime64[D]"), issued
    )
    printed = printed_our_numbers(account, np.array(sequences), issued)
    for row, sequence in enumerate(sequences):
        number = account.our_number_of(sequence, issued)
        boleto = make_boleto(account, number, amounts[row], days[row])
        assert numbers.barcodes[row].tobytes().decode() == boleto.barcode
        assert numbers.digitable_lines[row].tobytes().decode() == boleto.digitable_line
        assert printed[row] == boleto.our_number


def test_blocks_join_without_a_seam():
    count = 2 * BLOCK_ROWS + 3
    sequences = np.arange(1, count + 1)
    amounts = sequences * 7
    days = np.datetime64("2025-02-01") + sequences % 60
    numbers = issue_numbers(ITAU, sequences, amounts, days, ISSUED)
    printed = printed_our_numbers(ITAU, sequences, ISSUED)
    for row in (0, BLOCK_ROWS - 1, BLOCK_ROWS, 2 * BLOCK_ROWS, count - 1):
        number = ITAU.our_number_of(int(sequences[row]), ISSUED)
        boleto = make_boleto(ITAU, number, int(amounts[row]), days[row].item())
        assert numbers.barcodes[row].tobytes().decode() == boleto.barcode
        assert printed[row] == boleto.our_number
    assert len(printed) == count


def test_no_boletos_are_no_error():
    nothing = np.array([], dtype=np.int64)
    numbers = issue_numbers(ITAU, nothing, nothing, nothing.astype("datetime64[D]"), ISSUED)
    assert numbers.barcodes.shape == (0, 44)
    assert numbers.digitable_lines.shape == (0, 47)
    assert printed_our_numbers(ITAU, nothing, ISSUED) == []


def _issue(sequences: list[int], amounts: list[int], days: list[str]) -> None:
    issue_numbers(
        ITAU, np.array(sequences), np.array(amounts), np.array(days, "datetime64[D]"), ISSUED
    )


@pytest.mark.parametrize(
    ("sequences", "amounts", "days", "field"),
    [
        ([1, 0], [1, 1], ["2026-01-01"] * 2, "sequence"),
        ([1, 2], [1, 0], ["2026-01-01"] * 2, "amount_cents"),
        ([1, 2], [1, 10**10], ["2026-01-01"] * 2, "amount_cents"),
        ([1, 2], [1, 1], ["2026-01-01", "2000-07-02"], "due_date"),
        ([1, 2], [1, 1], ["2026-01-01", "NaT"], "due_date"),
    ],
)
def test_one_bad_row_is_named(
    sequences: list[int], amounts: list[int], days: list[str], field: str
):
    with pytest.raises(InvalidField) as refusal:
        _issue(sequences, amounts, days)
    assert refusal.value.field == field


def test_a_used_up_range_is_permanent():
    _issue([99_999_999], [1], ["2026-01-01"])
    with pytest.raises(OurNumbersExhausted):
        _issue([100_000_000], [1], ["2026-01-01"])
    with pytest.raises(OurNumbersExhausted):
        printed_our_numbers(ITAU, np.array([100_000_000]), ISSUED)


def test_arrays_of_different_lengths_are_a_bug():
    with pytest.raises(ValueError, match="one length"):
        _issue([1, 2], [1], ["2026-01-01"])


def test_document_numbers_may_differ_from_row_to_row():
    days = np.array([date(2026, 1, 1)] * 2, "datetime64[D]")
    documents = np.array([1234567, 3])
    numbers = issue_numbers(
        SPECIAL, np.array([1, 2]), np.array([5, 6]), days, ISSUED, document_numbers=documents
    )
    for row, document in enumerate(("1234567", "0000003")):
        number = SPECIAL.our_number_of(row + 1, ISSUED)
        boleto = make_boleto(SPECIAL, number, 5 + row, date(2026, 1, 1), document_number=document)
        assert numbers.barcodes[row].tobytes().decode() == boleto.barcode


@pytest.mark.parametrize("documents", [None, np.array([-1]), np.array([10_000_000])])
def test_a_document_number_that_is_needed_is_checked(documents: np.ndarray | None):
    days = np.array([date(2026, 1, 1)], "datetime64[D]")
    with pytest.raises(InvalidField) as refusal:
        issue_numbers(
            SPECIAL, np.array([1]), np.array([5]), days, ISSUED, document_numbers=documents
        )
    assert refusal.value.field == "document_number"


@given(st.lists(st.integers(0, 10**17 - 1), min_size=1, max_size=5), st.integers(1, 17))
def test_numbers_are_split_into_digits(numbers: list[int], width: int):
    columns = digit_columns(np.array([number % 10**width for number in numbers]), width)
    texts = [
        "".join(str(int(np.asarray(column)[row])) for column in columns)
        for row in range(len(numbers))
    ]
    assert texts == [f"{number % 10**width:0{width}d}" for number in numbers]


def test_far_dates_keep_their_order():
    days = [DUE_DATE_MIN + timedelta(days=n) for n in range(0, 36_000, 977)]
    count = len(days)
    numbers = issue_numbers(
        ITAU,
        np.arange(1, count + 1),
        np.full(count, 100),
        np.array(days, "datetime64[D]"),
        ISSUED,
    )
    factors = [int(row[5:9].tobytes()) for row in numbers.barcodes]
    assert factors == [1000 + n % 9000 for n in range(0, 36_000, 977)]


@given(st.lists(digits(44), min_size=1, max_size=5))
def test_lines_of_many_barcodes(barcodes: list[str]):
    table = np.array([list(barcode.encode()) for barcode in barcodes], dtype=np.uint8)
    lines = [line.tobytes().decode() for line in digitable_lines_of(table)]
    assert lines == [digitable_line_of(barcode) for barcode in barcodes]


def test_lines_of_what_are_no_barcodes():
    good = np.full((2, 44), ord("7"), dtype=np.uint8)
    bad = good.copy()
    bad[1, 43] = ord("x")
    for table in (good[:, 1:], good[0], bad, np.zeros((1, 44), dtype=np.uint8)):
        with pytest.raises(ValueError, match="44 digits"):
            digitable_lines_of(table)
    assert digitable_lines_of(good[:0]).shape == (0, 47)


@pytest.mark.parametrize("code", BANKS)
@given(data=st.data())
@settings(max_examples=15)
def test_given_our_numbers_agree_with_single(code: str, data: st.DataObject):
    account = data.draw(accounts(BANKS[code]))
    sequences = data.draw(st.lists(st.integers(1, account.sequence_max), min_size=1, max_size=5))
    numbers = [account.our_number_of(sequence, ISSUED) for sequence in sequences]
    amounts = [data.draw(st.integers(1, 9_999_999_999)) for _ in numbers]
    days = [data.draw(DAYS) for _ in numbers]
    assert make_boletos(account, numbers, amounts, days) == [
        make_boleto(account, *title) for title in zip(numbers, amounts, days, strict=True)
    ]


@pytest.mark.parametrize(
    ("numbers", "amounts", "days", "field"),
    [
        (["00000001", "0000000x"], [1, 1], [ISSUED] * 2, "our_number"),
        (["00000001", "0000001"], [1, 1], [ISSUED] * 2, "our_number"),
        (["00000001", "00000002"], [1, 0], [ISSUED] * 2, "amount_cents"),
        (["00000001", "00000002"], [1, 10**10], [ISSUED] * 2, "amount_cents"),
        (["00000001", "00000002"], [1, 1], [ISSUED, date(2000, 7, 2)], "due_date"),
    ],
)
def test_one_bad_title_is_named(
    numbers: list[str], amounts: list[int], days: list[date], field: str
):
    with pytest.raises(InvalidField) as refusal:
        make_boletos(ITAU, numbers, amounts, days)
    assert refusal.value.field == field


def test_our_numbers_of_two_widths_are_not_mixed():
    parameters = {"agreement": "123456", "wallet": "18", "branch": "1545", "account": "10403005"}
    account = Account(bank="001", parameters=parameters)
    with pytest.raises(ValueError, match="one width"):
        make_boletos(account, ["00001", "1" * 17], [1, 1], [ISSUED] * 2)
    with pytest.raises(ValueError, match="one length"):
        make_boletos(account, ["00001"], [1, 1], [ISSUED])
    assert make_boletos(account, [], [], []) == []
