"""Reading what others wrote: places, cycles, wrong check digits, and what is no boleto."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.boleto import (
    BANKS,
    format_digitable_line,
    make_boleto,
    read_barcode,
    read_boleto,
    read_digitable_line,
)
from cobranca.domain.boleto.barcode import barcode_of, digitable_line_of
from cobranca.domain.check_digit import BARCODE_DIGIT
from cobranca.domain.due_date import DUE_DATE_MIN
from cobranca.domain.errors import InvalidField
from tests.unit.domain.boleto.accounts import accounts, digits

TODAY = date(2026, 8, 1)
LINE = "34191090080000015710296301328000994390000002980"
BARCODE = "34199943900000029801090000015710296301328000"
DAYS = st.dates(DUE_DATE_MIN, date(2100, 12, 31))


def test_a_line_says_all_of_a_boleto():
    free_field = "1090000015710293013280000"
    line = digitable_line_of(barcode_of("341", free_field, 2980, date(2026, 8, 31)))
    read = read_digitable_line(line, TODAY)
    assert (read.bank, read.due_date, read.due_factor) == ("341", date(2026, 8, 31), 1555)
    assert (read.amount_cents, read.free_field) == (2980, free_field)
    assert read.digitable_line == line
    assert read.wrong_check_digits == ()


@pytest.mark.parametrize("code", BANKS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_what_is_written_is_read_back(code: str, data: st.DataObject):
    account = data.draw(accounts(BANKS[code]))
    number = account.our_number_of(data.draw(st.integers(1, account.sequence_max)), TODAY)
    amount = data.draw(st.integers(1, 9_999_999_999))
    due_date = data.draw(DAYS)
    today = due_date + timedelta(days=data.draw(st.integers(-5500, 3000)))
    boleto = make_boleto(account, number, amount, due_date)
    assert len(boleto.free_field) == 25
    for text in (
        boleto.barcode,
        boleto.digitable_line,
        format_digitable_line(boleto.digitable_line),
        f"  {boleto.digitable_line}\n",
    ):
        read = read_boleto(text, today)
        assert (read.bank, read.amount_cents, read.due_date) == (code, amount, due_date)
        assert read.free_field == boleto.free_field
        assert read.barcode == boleto.barcode
        assert read.digitable_line == boleto.digitable_line
        assert read.wrong_check_digits == ()


@given(digits(25), DAYS, st.data())
def test_a_changed_digit_is_told_by_its_field(free_field: str, due_date: date, data: st.DataObject):
    line = digitable_line_of(barcode_of("341", free_field, 12345, due_date))
    place = data.draw(st.integers(4, 31))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != line[place]]))
    read = read_digitable_line(line[:place] + digit + line[place + 1 :], due_date)
    name = "field_1" if place < 10 else "field_2" if place < 21 else "field_3"
    assert name in read.wrong_check_digits
    assert set(read.wrong_check_digits) <= {name, "general"}


def test_a_wrong_general_digit_is_told():
    good = barcode_of("341", "1" * 25, 12345, TODAY)
    for digit in "0123456789":
        barcode = good[:4] + digit + good[5:]
        wrong = () if digit == good[4] else ("general",)
        assert read_barcode(barcode, TODAY).wrong_check_digits == wrong
        assert read_digitable_line(digitable_line_of(barcode), TODAY).wrong_check_digits == wrong


def test_the_same_factor_means_another_date_in_another_cycle():
    old, new = date(2000, 7, 3), date(2025, 2, 22)
    barcode = barcode_of("001", "0" * 25, 1, new)
    assert barcode == barcode_of("001", "0" * 25, 1, old)
    assert read_barcode(barcode, date(2001, 1, 1)).due_date == old
    assert read_barcode(barcode, TODAY).due_date == new


def test_a_factor_outside_the_window_is_no_date():
    barcode = barcode_of("001", "0" * 25, 1, TODAY + timedelta(days=5501))
    read = read_barcode(barcode, TODAY)
    assert read.due_date is None
    assert read.due_factor >= 1000


def _with_digit(body: str) -> str:
    return body[:4] + BARCODE_DIGIT.of_text(body) + body[4:]


def test_no_factor_and_an_open_amount():
    read = read_barcode(_with_digit("0019" + "0000" + "0" * 10 + "1" * 25), TODAY)
    assert (read.due_factor, read.due_date, read.amount_cents) == (0, None, 0)
    assert read.wrong_check_digits == ()


def test_a_large_amount_takes_the_places_of_the_factor():
    read = read_barcode(_with_digit("0019" + "0123" + "4567890123" + "1" * 25), TODAY)
    assert (read.due_factor, read.due_date, read.amount_cents) == (0, None, 1234567890123)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "LINE_NOT_DIGITS"),
        ("   ", "LINE_NOT_DIGITS"),
        ("3419109008O000015710296301328000994390000002980", "LINE_NOT_DIGITS"),
        ("34191.09008/00000.157102 96301.328000 9 94390000002980", "LINE_NOT_DIGITS"),
        ("\u0663" * 47, "LINE_NOT_DIGITS"),
        ("1" * 43, "LINE_LENGTH"),
        ("1" * 46, "LINE_LENGTH"),
        ("1" * 48, "LINE_LENGTH"),
        ("8" * 47, "LINE_CURRENCY"),
        ("1" * 500, "LINE_LENGTH"),
        ("1" * 44, "LINE_CURRENCY"),
        ("846700000017435900240209024050002435842210108119", "UTILITY_BILL"),
        ("84670000001-7 43590024020-9 02405000243-5 84221010811-9", "UTILITY_BILL"),
        ("84670000001435900240200240500024384221010811", "UTILITY_BILL"),
    ],
)
def test_what_is_no_boleto_is_refused(text: str, code: str):
    with pytest.raises(InvalidField) as refusal:
        read_boleto(text, TODAY)
    assert (refusal.value.field, refusal.value.code) == ("line", code)


def test_each_reader_keeps_to_its_kind():
    with pytest.raises(InvalidField, match="44 digits"):
        read_barcode(LINE, TODAY)
    with pytest.raises(InvalidField, match="47"):
        read_digitable_line(BARCODE, TODAY)
