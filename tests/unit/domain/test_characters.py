"""One rule for characters, from the file to the slip and the mail."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.characters import (
    find_refused,
    is_picture,
    plain_blanks,
    printed,
    refuse_controls,
    unprintable,
)
from cobranca.domain.errors import InvalidField

BLANKS = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Zs"]


@pytest.mark.parametrize("blank", BLANKS)
def test_every_blank_is_a_space(blank: str) -> None:
    name = f"{blank}Maria{blank}Silva{blank}"
    assert find_refused(name) == ""
    assert plain_blanks(name) == "Maria Silva"


@pytest.mark.parametrize(
    "char",
    [*"\x00\n\x7f\x85\u00ad\u200b\u202e\u2028\u2029\ufeff\ud800\ue000\U0010fffd"],
)
def test_what_nobody_sees_is_refused(char: str) -> None:
    assert find_refused(f"Maria{char}Silva") == char
    with pytest.raises(InvalidField, match=f"U\\+{ord(char):04X}") as error:
        refuse_controls("name", f"Maria{char}Silva")
    assert (error.value.field, error.value.code) == ("name", "CONTROL_CHARACTER")


@pytest.mark.parametrize("name", ["José", "山田太郎", "क्\u200dष", "Zoë 😀", "a\u0301", "الاسم"])
def test_what_is_seen_is_kept(name: str) -> None:
    assert find_refused(name) == ""
    assert plain_blanks(name) == name


@pytest.mark.parametrize(
    ("name", "on_paper"),
    [
        ("Padaria 🍞 do Zé 😀", "Padaria do Zé"),
        ("👨‍👩‍👧 Família", "Família"),
        ("1️⃣ Loja", "1 Loja"),
        ("❤️ Amor", "Amor"),
        ("👍🏽ok", "ok"),
        ("🇧🇷 Brasil 🏴\U000e0067\U000e007f", "Brasil"),
        ("Bar\U0001faea Novo", "Bar Novo"),
        ("● Pague", "Pague"),
        ("Nguyễn Thị Hằng", "Nguyen Thi Hang"),
        ("ẹ̀kọ́", "eko"),
        ("ŉ ﬁ Ａ ℃", "'n fi A °C"),
        ("José (Zé) ™ € ®", "José (Zé) ™ € ®"),
        ("a?b", "a?b"),
        ("", ""),
    ],
)
def test_what_prints_well_is_not_told(name: str, on_paper: str) -> None:
    assert printed(name) == on_paper
    assert unprintable(name) == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("山田太郎", "山田太郎"),
        ("Ana 山 e 山", "山"),
        ("Иван", "Иван"),
        ("😀😀", "😀😀"),
        ("a\ue000", "\ue000"),
        ("\u0301", "\u0301"),
        ("José ㈱", "㈱"),
    ],
)
def test_what_cannot_be_printed_is_told(name: str, told: str) -> None:
    assert unprintable(name) == told


def test_letters_of_european_languages_print() -> None:
    letters = [chr(code) for code in range(0xA1, 0x180) if code != 0xAD]
    assert [letter for letter in letters if unprintable(letter)] == []


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_a_question_mark_is_always_told(text: str) -> None:
    on_paper = printed(text)
    assert on_paper.encode("cp1252").decode("cp1252").isprintable()
    if on_paper.count("?") > text.count("?"):
        assert unprintable(text) != ""


@given(st.characters(categories=["L", "N"]))
def test_no_letter_is_a_picture(char: str) -> None:
    assert not is_picture(char)
