"""The fast form of each column agrees with its scalar rule, cell by cell, on near misses."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader.amounts import read_amount, read_amounts
from cobranca.uploads.csv_reader.cells import PADDING, Cells, trimmed, unmarked
from cobranca.uploads.csv_reader.debt_ids import read_debt_id, read_debt_ids
from cobranca.uploads.csv_reader.due_dates import read_due_date, read_due_dates
from cobranca.uploads.csv_reader.emails import read_email, read_emails
from cobranca.uploads.csv_reader.names import clean_name, odd_places, read_name, read_names
from cobranca.uploads.csv_reader.rewritten_values import SideBuffer
from cobranca.uploads.csv_reader.tax_ids import read_tax_id, read_tax_ids
from tests.unit.uploads.csv_reader.test_equivalence import (
    AMOUNTS,
    DEBT_IDS,
    DUE_DATES,
    EMAILS,
    NAMES,
    TAX_IDS,
)


def cells_of(texts: list[str]) -> Cells:
    """Lay texts out as a file has them: one after the other, a comma between."""
    raw = [text.encode() for text in texts]
    ends = np.cumsum([len(value) + 1 for value in raw], dtype=np.int64) - 1 + PADDING
    start = ends - np.array([len(value) for value in raw], dtype=np.int64)
    joined = b"," * PADDING + b",".join(raw) + b"," * (4 * PADDING + 40 * len(raw) + int(ends[-1]))
    buffer = np.frombuffer(joined, dtype=np.uint8).copy()
    return trimmed(Cells(buffer=buffer, start=start, end=ends))


@st.composite
def near(draw: st.DrawFn, samples: list[str], alphabet: str) -> str:
    """A sample of a column with up to three characters changed, put in or taken out."""
    text = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        how = draw(st.integers(0, 2))
        text = (
            text[:at] + (draw(st.sampled_from(alphabet)) if how else "") + text[at + (how != 1) :]
        )
    return text


def lists(samples: list[str], alphabet: str) -> st.SearchStrategy[list[str]]:
    return st.lists(near(samples, alphabet), min_size=1, max_size=30)


@settings(deadline=None)
@given(lists(AMOUNTS, "0159.,-R$ \u00a0x"), st.sampled_from(list(DecimalStyle)))
def test_amounts(texts: list[str], style: DecimalStyle) -> None:
    cents, codes = read_amounts(cells_of(texts), style)
    for row, text in enumerate(texts):
        wanted, code = read_amount(text, style)
        assert (text, codes[row]) == (text, code)
        assert code or (text, cents[row]) == (text, wanted)


@settings(deadline=None)
@given(lists(DUE_DATES, "0123459-/T: \u00a0x"))
def test_due_dates(texts: list[str]) -> None:
    days, codes = read_due_dates(cells_of(texts))
    for row, text in enumerate(texts):
        wanted, code = read_due_date(text)
        assert (text, codes[row]) == (text, code)
        assert code or (text, days[row]) == (text, wanted)


NAMESPACE = uuid.UUID(int=7)


def uuids_read(cells: Cells) -> tuple[Any, Any]:
    read = read_debt_ids(cells, NAMESPACE, SideBuffer(cells.buffer, 0))
    return read.ids, read.faults


@settings(deadline=None)
@given(lists(DEBT_IDS, "09afAFgG-{}:/@` \u00a0é"))
def test_debt_ids(texts: list[str]) -> None:
    cells = cells_of(texts)
    read = read_debt_ids(cells, NAMESPACE, SideBuffer(cells.buffer, int(cells.end[-1]) + PADDING))
    for row, text in enumerate(texts):
        wanted, fault = read_debt_id(text)
        assert (text, read.faults[row]) == (text, fault)
        if isinstance(wanted, str):
            assert read.code_start is not None
            assert read.code_length is not None
            start = int(read.code_start[row])
            code = cells.buffer[start : start + int(read.code_length[row])].tobytes().decode()
            assert code == wanted
            assert read.ids[row].tobytes() == uuid.uuid5(NAMESPACE, code).bytes
        elif wanted is not None:
            assert (text, read.ids[row].tobytes()) == (text, wanted.bytes)
            assert read.code_length is None or read.code_length[row] == 0


@settings(deadline=None)
@given(lists(EMAILS, "aZ09.@-_+~ \u00a0é\x00[`{/:"))
def test_emails(texts: list[str]) -> None:
    codes = read_emails(cells_of(texts))
    for row, text in enumerate(map(unmarked, texts)):
        assert (text, codes[row]) == (text, read_email(text))


def test_every_short_address_of_the_special_characters() -> None:
    alphabet = "a1.@-_"
    texts = [""]
    for _ in range(6):
        texts += [text + character for text in texts[-(6**6) :] for character in alphabet][: 6**6]
    texts = [f"{text}{end}" for text in set(texts) for end in ("", "@b.co", "b.co")]
    codes = read_emails(cells_of(texts))
    wrong = [text for text, code in zip(texts, codes, strict=True) if code != read_email(text)]
    assert wrong == []
    assert 0 < np.count_nonzero(codes == 0) < len(texts)


@settings(deadline=None)
@given(lists(NAMES, "aé \t\u00a0\x00\x1f\x7f\x80\u00ad\u0100\u017f\u0180\u0300\u061c\u202e\u3000"))
def test_names(texts: list[str]) -> None:
    cells = cells_of(texts)
    marks = any(set(text) & set("'+\x7f") for text in texts)
    places = odd_places(cells.buffer, 0x2C, has_marks=marks)
    odd = np.array(
        [((places >= a) & (places < b)).any() for a, b in zip(cells.start, cells.end, strict=True)]
    )
    side = SideBuffer(cells.buffer, int(cells.end[-1]) + PADDING)
    names, codes, _ = read_names(cells, odd, side)
    for row, text in enumerate(map(unmarked, texts)):
        assert (text, codes[row]) == (text, read_name(text))
        assert codes[row] or names.text(row) == clean_name(text)


@settings(deadline=None)
@given(lists(TAX_IDS, "0159aZ.-/ \u00a0#é:@["))
def test_tax_ids(texts: list[str]) -> None:
    cells = cells_of(texts)
    side = SideBuffer(cells.buffer, int(cells.end[-1]) + PADDING)
    start, length, valid, codes = read_tax_ids(cells, side)
    for row, text in enumerate(map(unmarked, texts)):
        bare, is_valid, code = read_tax_id(text)
        assert (text, codes[row]) == (text, code)
        found = cells.buffer[start[row] : start[row] + length[row]].tobytes().decode()
        assert code or (found, bool(valid[row])) == (bare, is_valid)


@settings(deadline=None)
@given(
    lists(
        [
            " a ",
            "\u00a0a",
            "a\u00a0",
            "",
            " " * 20,
            "à",
            "\t\t a" + " " * 12,
            "'=a",
            "'＝a",
            "'a",
            '="a"',
            '="\' a "',
            "'\u00a0",
            "'ﾏ",
        ],
        " \t\u00a0aà\u2000'=+-@\"\uff0b\r",
    )
)
def test_trimming(texts: list[str]) -> None:
    cells = cells_of(texts)
    for row, text in enumerate(texts):
        assert cells.text(row) == unmarked(text)


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        (["1000", "12.50", "0.01"] * 100, lambda cells: read_amounts(cells, DecimalStyle.POINT)),
        (["1.234,56", "R$ 10,5", "99.999.999,99"], lambda c: read_amounts(c, DecimalStyle.COMMA)),
        (["2023-02-28", "28/02/2023", "2024-02-29 00:00:00"], read_due_dates),
        (DEBT_IDS[:3], uuids_read),
        (["ana.maria+x@example.com.br", "a-b_c@sub-domain.example.org"], read_emails),
    ],
)
def test_usual_forms_need_no_scalar_rule(
    texts: list[str], read: Callable[[Cells], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = cells_of(texts)

    def slow(_: Cells, row: int) -> str:
        raise AssertionError(f"{texts[row]!r} took the slow way")

    monkeypatch.setattr(Cells, "text", slow)
    result = read(cells)
    codes = result[-1] if isinstance(result, tuple) else result
    assert not codes.any()
