"""The due factor: every date to 2100, both ends of every cycle, and the window of a reader."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.due_date import (
    DUE_DATE_MIN,
    FACTOR_BASE,
    check_due_date,
    date_of_factor,
    due_factor,
    due_factors,
    parse_due_date,
)
from cobranca.domain.errors import InvalidField
from tests.unit.domain.golden import examples

DAY = timedelta(days=1)
LAST = date(2100, 12, 31)


@pytest.mark.parametrize("example", examples("due_factor"), ids=lambda row: row["due_date"])
def test_public_examples(example: dict[str, str]):
    assert due_factor(date.fromisoformat(example["due_date"])) == example["expected_factor"]


@pytest.mark.parametrize(
    ("day", "factor"),
    [
        ("2025-02-21", 9999),
        ("2025-02-22", 1000),
        ("2049-10-13", 9999),
        ("2049-10-14", 1000),
        ("2074-06-04", 9999),
        ("2074-06-05", 1000),
    ],
)
def test_a_cycle_ends_at_9999_and_begins_at_1000(day: str, factor: int):
    assert due_factor(date.fromisoformat(day)) == factor


def test_every_date_to_2100_comes_back_on_its_own_day_and_at_the_edges_of_the_window():
    for ordinal in range(DUE_DATE_MIN.toordinal(), LAST.toordinal() + 1):
        day = date.fromordinal(ordinal)
        factor = due_factor(day)
        assert 1000 <= factor <= 9999
        assert date_of_factor(factor, day) == day
        assert date_of_factor(factor, day + timedelta(days=3000)) == day
        assert date_of_factor(factor, day - timedelta(days=5500)) == day


def test_every_date_to_2100_is_the_same_in_bulk():
    days = np.arange(np.datetime64(DUE_DATE_MIN), np.datetime64(LAST + DAY))
    assert due_factors(days).tolist() == [due_factor(day) for day in days.tolist()]


@given(st.dates(date(1990, 1, 1), LAST), st.integers(1000, 9999))
def test_a_reader_finds_the_only_date_in_its_window_or_none(today: date, factor: int):
    window = [today + timedelta(days=n) for n in range(-3000, 5501)]
    meant = [day for day in window if day >= DUE_DATE_MIN and due_factor(day) == factor]
    assert date_of_factor(factor, today) == (meant[0] if meant else None)
    assert len(meant) <= 1


def test_the_window_has_ends():
    today = date(2026, 8, 1)
    past, future = today - timedelta(days=3000), today + timedelta(days=5500)
    assert date_of_factor(due_factor(past), today) == past
    assert date_of_factor(due_factor(past - DAY), today) is None
    assert date_of_factor(due_factor(future), today) == future
    assert date_of_factor(due_factor(future + DAY), today) is None


def test_a_factor_under_1000_is_no_date():
    assert date_of_factor(0, date(1998, 1, 1)) is None
    assert date_of_factor(999, date(2000, 1, 1)) is None
    assert date_of_factor(1000, date(2000, 1, 1)) == DUE_DATE_MIN


@pytest.mark.parametrize("factor", [-1, 10_000])
def test_a_factor_has_four_digits(factor: int):
    with pytest.raises(ValueError, match="four digits"):
        date_of_factor(factor, date(2026, 1, 1))


def test_before_the_base_there_is_no_factor():
    assert due_factor(FACTOR_BASE) == 0
    with pytest.raises(InvalidField) as refusal:
        due_factor(FACTOR_BASE - DAY, field="vencimento")
    assert (refusal.value.field, refusal.value.code) == ("vencimento", "DUE_DATE_TOO_EARLY")
    assert "1997-10-07" in refusal.value.detail


def test_a_boleto_is_due_on_or_after_2000_07_03():
    assert date(2000, 7, 3) == DUE_DATE_MIN
    check_due_date(DUE_DATE_MIN)
    with pytest.raises(InvalidField, match="2000-07-03") as refusal:
        check_due_date(DUE_DATE_MIN - DAY)
    assert (refusal.value.field, refusal.value.code) == ("due_date", "DUE_DATE_TOO_EARLY")


def test_bulk_refuses_one_early_date_and_no_date():
    good = np.datetime64("2026-01-01")
    for bad in (np.datetime64("2000-07-02"), np.datetime64("NaT", "D")):
        with pytest.raises(InvalidField) as refusal:
            due_factors(np.array([good, bad], dtype="datetime64[D]"))
        assert refusal.value.field == "due_date"
    assert due_factors(np.array(["2000-07-03"], dtype="datetime64[D]")).tolist() == [1000]
    assert due_factors(np.array([], dtype="datetime64[D]")).size == 0


def test_an_iso_date_is_read():
    assert parse_due_date("2026-02-28") == date(2026, 2, 28)
    assert parse_due_date("2000-07-03") == DUE_DATE_MIN


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-29", "DATE_FORMAT"),
        ("2026-13-01", "DATE_FORMAT"),
        ("20260228", "DATE_FORMAT"),
        ("2026-2-8", "DATE_FORMAT"),
        ("28/02/2026", "DATE_FORMAT"),
        ("2026-02-28T00:00", "DATE_FORMAT"),
        ("2026-W01-1", "DATE_FORMAT"),
        ("\u0662026-02-28", "DATE_FORMAT"),
        ("", "DATE_FORMAT"),
        ("2000-07-02", "DUE_DATE_TOO_EARLY"),
        ("0000-01-01", "DATE_FORMAT"),
    ],
)
def test_other_dates_are_refused(text: str, code: str):
    with pytest.raises(InvalidField) as refusal:
        parse_due_date(text, field="debtDueDate")
    assert (refusal.value.field, refusal.value.code) == ("debtDueDate", code)


def test_errors_name_the_field_of_a_boleto_when_no_other_is_given():
    for refused in (lambda: due_factor(date(1990, 1, 1)), lambda: parse_due_date("soon")):
        with pytest.raises(InvalidField) as refusal:
            refused()
        assert refusal.value.field == "due_date"
