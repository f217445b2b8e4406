"""Text stays inside its box, in an encoding that every reader has, and nothing vanishes unseen."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.characters import is_picture
from cobranca.domain.slip.text import ELLIPSIS, Box, literal, to_winansi, width_units

TOKEN = re.compile(
    rb"(?:/R ([\d.]+) Tf)?(?:\[(\d+))?\((.*)\)(?:\]TJ|Tj)(?:/R [\d.]+ Tf)?", re.DOTALL
)
_short = st.text(st.characters(codec=None), max_size=60)
texts = st.builds(lambda text, times: text * times, _short, st.sampled_from([1, 5, 30]))


def drawn(token: bytes, box: Box) -> tuple[float, bytes]:
    """Take a token apart: the width it is drawn at, in points, and its WinAnsi text."""
    found = TOKEN.fullmatch(token)
    assert found is not None, token
    raw = re.sub(rb"\\([()\\])", rb"\1", found[3])
    size = float(found[1] or box.size)
    return width_units(raw, box.font) * size / 1000, raw


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Conceição Ünal €", "Conceição Ünal €"),
        ("Łukasz Đorđe", "Lukasz Dorde"),
        ("Nguyễn Thị Hằng", "Nguyen Thi Hang"),
        ("São Paulo", "São Paulo"),
        ("山田 太郎", "?? ??"),
        ("a\x00b\r\nc\td", "a b c d"),
        ("soft\u00adhyphen", "soft hyphen"),
        ("no\u00a0break", "no break"),
        ("\ud800", ""),
        ("№ 5", "Nº 5"),
        ("\u0301", "?"),
        ("\u02d8", "?"),
        ("…—“”", "…—“”"),
    ],
)
def test_text_outside_the_encoding_is_transliterated_visibly(text, printed):
    assert to_winansi(text).decode("cp1252") == printed


@given(texts)
def test_any_text_can_be_encoded(text):
    raw = to_winansi(text)
    assert raw.decode("cp1252").isprintable()


@given(st.characters(categories=["L", "N", "P", "S"]))
def test_a_visible_character_is_never_lost(char):
    if is_picture(char):
        assert to_winansi(f"a{char}b") == b"a b"
    else:
        assert to_winansi(char).strip() != b""


@pytest.mark.parametrize(
    ("raw", "written"),
    [(b"a(b)c\\", b"(a\\(b\\)c\\\\)"), (b"\\(", b"(\\\\\\()"), (b"plain", b"(plain)")],
)
def test_literal_escapes_what_would_end_a_string(raw, written):
    assert literal(raw) == written


boxes = st.builds(
    Box,
    size=st.sampled_from([6.0, 7.5, 8.5]),
    width=st.floats(40, 500),
    size_min=st.sampled_from([4.5, 5.5]),
)


@given(texts, boxes)
def test_left_text_never_leaves_its_box(text, box):
    width, _ = drawn(box.left(text), box)
    assert width <= box.width + 0.1


@given(texts, boxes)
def test_right_text_never_leaves_its_box_and_is_measured_exactly(text, box):
    token = box.right(text)
    width, raw = drawn(token, box)
    assert width <= box.width + 0.1
    assert b"[%d(" % width_units(raw, box.font) in token


@given(texts, st.floats(220, 500))
def test_tail_is_never_cut(text, width):
    box = Box(size=8.5, width=width, size_min=5.5)
    tail = b" - CPF: 123.456.789-01"
    drawn_width, raw = drawn(box.left(text, tail), box)
    assert raw.endswith(tail)
    assert drawn_width <= width + 0.1


def test_long_text_shrinks_before_it_is_cut():
    box = Box(size=8, width=100, size_min=5)
    assert box.left("x" * 20) == b"(" + b"x" * 20 + b")Tj"
    assert drawn(box.left("x" * 30), box)[1] == b"x" * 30
    cut = drawn(box.left("x" * 60), box)[1]
    assert cut.endswith(ELLIPSIS)
    assert len(cut) > 30


def test_a_shrunk_text_leaves_the_font_as_it_was():
    box = Box(size=8, width=100, size_min=5)
    assert box.left("x" * 60).endswith(b"/R 8 Tf")
    assert box.right("x" * 60).endswith(b"/R 8 Tf")


@given(st.lists(texts, max_size=8), st.integers(1, 6), st.floats(60, 400))
def test_wrapped_lines_fit_and_are_never_too_many(messages, lines_max, width):
    box = Box(size=7.5, width=width, size_min=6)
    lines = box.wrap_all(tuple(messages), lines_max)
    assert len(lines) <= lines_max
    assert all(width_units(line, box.font) <= box.units for line in lines)


def test_lost_lines_are_told_by_an_ellipsis():
    box = Box(size=7.5, width=100, size_min=6)
    assert box.wrap_all(("um", "dois", "três"), 2) == [b"um", b"dois" + ELLIPSIS]
    assert box.wrap_all(("um", "dois"), 2) == [b"um", b"dois"]


def test_words_are_kept_whole_when_a_line_is_broken():
    box = Box(size=10, width=60, size_min=6)
    lines = box.wrap("multa de dois por cento")
    assert b" ".join(lines) == b"multa de dois por cento"
    assert len(lines) > 1


def test_a_word_that_is_wider_than_a_line_goes_on_in_the_next():
    box = Box(size=10, width=60, size_min=6)
    lines = box.wrap("x " + "https://exemplo.com.br/" * 4)
    assert b"".join(lines) == b"x" + b"https://exemplo.com.br/" * 4
    assert all(box.holds(line) for line in lines)


@given(texts, st.floats(60, 400))
def test_no_character_is_lost_where_lines_are_broken(text, width):
    lines = Box(size=7.5, width=width, size_min=6).wrap(text, len(text) + 1)
    assert b"".join(lines).replace(b" ", b"") == to_winansi(text).replace(b" ", b"").replace(
        b"\xa0", b""
    )


@given(texts, st.integers(1, 6), st.floats(60, 400))
def test_a_text_that_has_too_many_lines_is_always_seen_to(text, lines_max, width):
    box = Box(size=7.5, width=width, size_min=6)
    whole = box.wrap(text, len(text) + 1)
    if len(whole) > lines_max:
        assert box.wrap(text, lines_max)[: lines_max + 1] == whole[: lines_max + 1]


def test_an_amount_is_not_parted_from_its_currency():
    box = Box(size=10, width=60, size_min=6)
    assert box.wrap("Juros dia R$ 0,41") == [b"Juros dia", b"R$ 0,41"]
