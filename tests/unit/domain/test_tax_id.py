"""CPF and CNPJ: public examples, refusals, and the bulk form against the single one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.errors import InvalidField
from cobranca.domain.tax_id import (
    TaxIdKind,
    parse_tax_id,
    tax_id_kind,
    tax_id_kinds,
)
from tests.unit.domain.golden import examples

DIGITS = "0123456789"
CHARACTERS = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize("example", examples("documents"), ids=lambda row: row["number"])
def test_public_examples(example: dict[str, object]):
    number = str(example["number"])
    wanted = TaxIdKind.CPF if example["type"] == "cpf" else TaxIdKind.CNPJ
    right = tax_id_kind(number) is wanted
    assert right is example["valid"]


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("529.982.247-25", "52998224725"),
        ("52998224725", "52998224725"),
        (" 52998224725\t", "52998224725"),
        ("12.ABC.345/01DE-35", "12ABC34501DE35"),
        ("12abc34501de35", "12ABC34501DE35"),
        ("12.abc.345/01de-35", "12ABC34501DE35"),
        ("00.000.000/0001-91", "00000000000191"),
    ],
)
def test_a_tax_id_is_normalised(text: str, bare: str):
    assert parse_tax_id(text) == bare


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "TAX_ID_MISSING"),
        (" ", "TAX_ID_MISSING"),
        ("9558", "TAX_ID_FORMAT"),
        ("529.98224725", "TAX_ID_FORMAT"),
        ("529982247 25", "TAX_ID_FORMAT"),
        ("12ABC34501DE3A", "TAX_ID_FORMAT"),
        ("1\u00c0ABC34501DE35", "TAX_ID_FORMAT"),
        ("\u0665\u0662\u0669\u0669\u0668\u0662\u0662\u0664\u0667\u0662\u0665", "TAX_ID_FORMAT"),
        ("5299822472\u00df", "TAX_ID_FORMAT"),
        ("52998224726", "TAX_ID_CHECK_DIGIT"),
        ("52998224735", "TAX_ID_CHECK_DIGIT"),
        ("12ABC34501DE36", "TAX_ID_CHECK_DIGIT"),
        ("11111111111", "TAX_ID_REPEATED"),
        ("000.000.000-00", "TAX_ID_REPEATED"),
        ("00000000000000", "TAX_ID_REPEATED"),
    ],
)
def test_a_wrong_tax_id_is_refused_with_a_code(text: str, code: str):
    with pytest.raises(InvalidField) as refusal:
        parse_tax_id(text, field="governmentId")
    assert (refusal.value.field, refusal.value.code) == ("governmentId", code)


def test_kinds_are_told_apart():
    assert tax_id_kind("52998224725") is TaxIdKind.CPF
    assert tax_id_kind("52998224725") is not TaxIdKind.CNPJ
    assert tax_id_kind("12ABC34501DE35") is TaxIdKind.CNPJ
    assert tax_id_kind("12ABC34501DE35") is not TaxIdKind.CPF


@st.composite
def near_tax_ids(draw: st.DrawFn) -> str:
    """Texts with right check digits, with one changed, repeated, and of other forms."""
    length = draw(st.sampled_from([11, 14]))
    alphabet = DIGITS if length == 11 else CHARACTERS
    base = draw(st.text(alphabet, min_size=length - 2, max_size=length - 2))
    text = base + "".join(_right_digits(base))
    place = draw(st.integers(0, length - 1))
    change = draw(st.sampled_from(["none", "one", "lower", "repeat", "form"]))
    if change == "one":
        text = text[:place] + draw(st.sampled_from(CHARACTERS + "-/:@[`~ ")) + text[place + 1 :]
    elif change == "lower":
        text = text.lower()
    elif change == "repeat":
        text = text[place] * length
    elif change == "form":
        text = draw(st.text(CHARACTERS, max_size=14))
    return text


def _right_digits(base: str) -> tuple[str, str]:
    for first in DIGITS:
        for second in DIGITS:
            if tax_id_kind(base + first + second) in (TaxIdKind.CPF, TaxIdKind.CNPJ):
                return first, second
    return "0", "0"


@given(st.lists(near_tax_ids(), min_size=1, max_size=12))
def test_bulk_agrees_with_single(texts: list[str]):
    windows = np.zeros((len(texts), 16), dtype=np.uint8)
    for row, text in enumerate(texts):
        windows[row, : len(text)] = np.frombuffer(text.encode(), dtype=np.uint8)
    windows[:, 15] = 255  # What stands after a text is not looked at.
    lengths = np.array([len(text) for text in texts])
    expected = [tax_id_kind(text) for text in texts]
    assert tax_id_kinds(windows, lengths).tolist() == expected
