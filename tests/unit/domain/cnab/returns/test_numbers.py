"""Amounts and dates in bulk: what the single reading of the record engine says, field by field."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.cnab.record import Field
from cobranca.domain.cnab.returns.numbers import FieldWrong, NumberReader
from cobranca.domain.cnab.values import FieldInvalid, Value, decode_value

FIELDS = (
    Field(start=0, stop=13, picture="V", name="thirteen"),
    Field(start=13, stop=28, picture="V", name="fifteen"),
    Field(start=28, stop=35, picture="V", name="seven"),
    Field(start=35, stop=41, picture="D6", name="six"),
    Field(start=41, stop=49, picture="D8", name="eight"),
    Field(start=49, stop=57, picture="Y8", name="turned"),
)
READER = NumberReader(FIELDS)


def _cells(width: int) -> st.SearchStrategy[str]:
    digits = st.text("0123456789", min_size=width, max_size=width)
    odd = st.text("0123456789 A-.", min_size=width, max_size=width)
    return st.one_of(digits, st.just(" " * width), st.just("0" * width), odd)


def _days(picture: str) -> st.SearchStrategy[str]:
    form = {"D6": "%d%m%y", "D8": "%d%m%Y", "Y8": "%Y%m%d"}[picture]
    days = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(lambda day: day.strftime(form))
    return st.one_of(days, _cells(6 if picture == "D6" else 8))


lines = st.tuples(*[_days(f.picture) if f.picture != "V" else _cells(f.width) for f in FIELDS]).map(
    "".join
)


def _rows(texts: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    joined = "".join(texts).encode("latin-1")
    return np.frombuffer(joined, dtype=np.uint8).reshape(len(texts), 57)


def _single(text: str) -> list[Value] | None:
    try:
        return [decode_value(f, text[f.start : f.stop]) for f in FIELDS]
    except FieldInvalid:
        return None


@given(st.lists(lines, min_size=1, max_size=4))
def test_bulk_reads_as_single(texts: list[str]) -> None:
    single = [_single(text) for text in texts]
    if None in single:
        with pytest.raises(FieldWrong) as wrong:
            READER.read(_rows(texts))
        assert wrong.value.row == single.index(None)
        return
    columns = READER.read(_rows(texts))
    for row, values in enumerate(single):
        assert [columns[f.name][row].item() for f in FIELDS] == values


@pytest.mark.parametrize("texts", [["0" * 57], ["9" * 13 + "9" * 15 + "9" * 7 + "0" * 22]])
def test_the_largest_and_the_smallest(texts: list[str]) -> None:
    columns = READER.read(_rows(texts))
    assert [columns[f.name][0].item() for f in FIELDS] == _single(texts[0])


def test_a_table_without_numbers_reads_nothing() -> None:
    assert NumberReader([]).read(_rows(["0" * 57])) == {}
