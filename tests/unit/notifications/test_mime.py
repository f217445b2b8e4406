"""Encodings of text and bytes, read back with the standard library."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.notifications.mime import (
    encode_base64,
    encode_phrase,
    encode_unstructured,
    quote_printable,
)

texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=300)


@settings(deadline=None)
@given(texts)
def test_quoted_printable_comes_back(text: str) -> None:
    encoded = quote_printable(text)
    assert quopri.decodestring(encoded).replace(b"\r\n", b"\n").decode() == text
    lines = encoded.split(b"\r\n")
    assert all(len(line) <= 76 for line in lines)
    assert len(lines[-1]) <= 75


@pytest.mark.parametrize("length", range(70, 160))
@pytest.mark.parametrize("ending", ["a", "é", " ", ".", "="])
def test_last_line_leaves_room_for_a_soft_break(length: int, ending: str) -> None:
    encoded = quote_printable("a" * length + ending)
    assert len(encoded.split(b"\r\n")[-1]) <= 75
    assert quopri.decodestring(encoded) == ("a" * length + ending).encode()


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_base64_comes_back_in_whole_lines(content: bytes) -> None:
    encoded = encode_base64(content)
    assert base64.b64decode(encoded) == content
    *whole, last = encoded.split(b"\r\n")
    assert all(len(line) == 76 for line in whole)
    assert len(last) <= 76


@pytest.mark.parametrize("size", [0, 57, 114, 5700])
def test_base64_does_not_end_in_an_empty_line(size: int) -> None:
    assert not encode_base64(b"x" * size).endswith(b"\r\n")


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("", ""),
        ("Maria Souza", "Maria Souza"),
        ("O'Neil & Co", "O'Neil & Co"),
        ("Souza, Maria", '"Souza, Maria"'),
        ('Zé "Z"', "=?utf-8?B?WsOpICJaIg==?="),
        ('Ze "Z"', '"Ze \\"Z\\""'),
        ("a\\b", '"a\\\\b"'),
        ("a  b", '"a  b"'),
        ("=?utf-8?B?YQ==?=", "=?utf-8?B?PT91dGYtOD9CP1lRPT0/PQ==?="),
    ],
)
def test_display_name_is_bare_quoted_or_encoded(name: str, phrase: str) -> None:
    assert encode_phrase(name) == phrase


def test_plain_subject_stays_readable_and_others_are_encoded() -> None:
    assert encode_unstructured("Boleto de Escola") == "Boleto de Escola"
    assert encode_unstructured("Boleto de São") == "=?utf-8?B?Qm9sZXRvIGRlIFPDo28=?="
    assert encode_unstructured("a  b") == "=?utf-8?B?YSAgYg==?="
    assert encode_unstructured("=?x?=").startswith("=?utf-8?B?")


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=61, max_size=255))
def test_long_names_are_folded_into_words_of_whole_characters(name: str) -> None:
    words = encode_phrase(name).split("\r\n ")
    assert all(len(word) <= 75 for word in words)
    decoded = [base64.b64decode(word[10:-2]).decode("utf-8") for word in words]
    assert "".join(decoded) == name
