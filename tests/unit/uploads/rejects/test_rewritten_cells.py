"""What a spreadsheet rewrites by itself is no mending: codes keep their zeros and digits."""

from __future__ import annotations

import pytest

from cobranca.uploads.rejects.rewritten_cells import as_they_stood


@pytest.mark.parametrize(
    ("old", "cell"),
    [
        ("00005770220", "5770220"),
        ("000123", "123"),
        ("000123", "123,0"),
        ("01001000", "1001000"),
        ("11222333000181", "1,12223E+13"),
        ("11222333000181", "1.1222333000181E+13"),
        ("52998224725", "52998224725.0"),
        ("52998224725", "5,3E+10"),
        ("3/12", "03/dez"),
        ("3/12", "12-Mar"),
        ("03/12", "3-Dec"),
        ("'00012", "12"),
        ('="00012"', "12"),
    ],
)
def test_a_cell_that_says_the_same_number_stands_as_it_stood(old: str, cell: str) -> None:
    assert as_they_stood([cell], [old]) == [old]


@pytest.mark.parametrize(
    ("old", "cell"),
    [
        ("00005770220", "52998224725"),
        ("000123", "1230"),
        ("123", "123,5"),
        ("11222333000181", "1,13E+13"),
        ("11222333000181", ""),
        ("x@@y.com", "x@y.com"),
        ("3/12", "4/12"),
        ("3/12", "03/nov"),
        ("3/12", "2026-12-03"),
        ("abc", "0"),
    ],
)
def test_another_value_is_a_mending(old: str, cell: str) -> None:
    assert as_they_stood([cell], [old]) == [cell]
