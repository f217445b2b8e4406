"""A message is taken apart as far as the bounds reach, and read in whatever charset it has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.notifications.mime_parts import (
    DEPTH_MAX,
    FIELD_CHARS_MAX,
    FIELDS_MAX,
    PARTS_MAX,
    TEXT_BYTES_MAX,
    decode_words,
    decoded,
    read_fields,
    read_groups,
    read_parts,
)


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize(
    "boundary",
    [b"boundary=b1", b'boundary="b1"', b"boundary*=b1", b'boundary*0="b"; boundary*1="1"'],
)
def test_parts_are_found_whatever_their_boundary_looks_like(
    newline: bytes, boundary: bytes
) -> None:
    content = (
        b"Subject: s\nContent-Type: multipart/report; " + boundary + b"\n\nbefore\n--b1\n\none\n"
        b"--b1\nContent-Type: message/delivery-status\n\ntwo\n--b1--\nafter\n"
    )
    whole, first, second = read_parts(content.replace(b"\n", newline))
    assert (whole.kind, whole.field("subject")) == ("multipart/report", "s")
    assert (first.kind, first.text) == ("text/plain", "one")
    assert (second.kind, second.body) == ("message/delivery-status", b"two")


def test_parts_are_found_in_parts_and_a_returned_mail_is_not_looked_into() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=c\n\n--c\n\none\n--c--\n"
    mail = (
        b"Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=d\n\n--d\n\nx\n"
    )
    content = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + inner + b"--b\n" + mail
    kinds = [part.kind for part in read_parts(content)]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "message/rfc822"]


def test_what_is_cut_off_before_its_first_part_is_a_text() -> None:
    _, rest = read_parts(b"Content-Type: multipart/report; boundary=b\n\n550 5.1.1 unknown")
    assert (rest.kind, rest.text) == ("text/plain", "550 5.1.1 unknown")


def test_depth_and_number_of_parts_are_bounded() -> None:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(40)
    )
    assert len(read_parts(deep)) == DEPTH_MAX + 1
    wide = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 1000
    assert len(read_parts(wide)) == PARTS_MAX


def test_heads_are_bounded() -> None:
    many = read_fields(b"".join(b"f%d: x\n" % n for n in range(10 * FIELDS_MAX)))
    assert len(many) == FIELDS_MAX
    assert len(read_fields(b"a: " + b"x" * 100_000)["a"]) <= FIELD_CHARS_MAX
    folded = read_fields(b"a: b" + b"\n " + b"\n ".join([b"x" * 1000] * 200))
    assert len(folded["a"]) <= FIELD_CHARS_MAX
    assert len(read_groups(b"a: b\n\n" * 1000)) == PARTS_MAX


def test_the_first_field_of_a_name_counts_and_is_unfolded() -> None:
    fields = read_fields(b"Subject: one\n  two\nsubject: other\nno colon\nTo:x\n")
    assert fields == {"subject": "one two", "to": "x"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("=?utf-8?B?TWVuc2FnZW0gbsOjbyBmb2kgZW50cmVndWU=?=", "Mensagem não foi entregue"),
        ("=?iso-8859-1?Q?Mensagem_n=E3o_entregue?=", "Mensagem não entregue"),
        ("=?UTF-8?q?n=C3=A3o?= =?UTF-8?q?_entregue?=", "não entregue"),
        ("=?utf-8*pt?q?f=C3=A9rias?= e mais", "férias e mais"),
        ("=?windows-1252?Q?caf=E9?=", "café"),
        ("=?utf-8?B?QQ?=", "A"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?no-such-charset?q?=E3?=", "ã"),
        ("plain", "plain"),
    ],
)
def test_encoded_words_are_decoded(value: str, told: str) -> None:
    assert decode_words(value) == told
    assert read_fields(f"Subject: {value}\n".encode())["subject"] == told


@pytest.mark.parametrize(
    ("octets", "content_type", "text"),
    [
        ("não".encode(), "text/plain; charset=utf-8", "não"),
        ("não".encode("latin-1"), "text/plain; charset=iso-8859-1", "não"),
        ("não".encode("latin-1"), 'text/plain; charset="ISO-8859-1"', "não"),
        ("não".encode("latin-1"), "text/plain; charset=utf-8", "não"),
        ("não".encode("latin-1"), "text/plain; charset=us-ascii", "não"),
        ("não".encode("latin-1"), "", "não"),
        ("não".encode("utf-16"), "text/plain; charset=utf-16", "não"),
        ("宛先".encode("shift_jis"), "text/plain; charset=Shift_JIS", "宛先"),
        # These unpack, escape, or take quadratic time: they are no charsets of a mail.
        (b"\\x41", "text/plain; charset=unicode_escape", "\\x41"),
        (b"a-b", "text/plain; charset=punycode", "a-b"),
        (b"+AOM-", "text/plain; charset=utf-7", "+AOM-"),
        (b"abc", "text/plain; charset=rot13", "abc"),
    ],
)
def test_a_text_is_read_in_its_charset(octets: bytes, content_type: str, text: str) -> None:
    assert decoded(octets, content_type) == text


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit", "x-unknown"])
def test_of_a_text_only_the_beginning_is_read(encoding: str) -> None:
    head = f"Content-Type: text/plain\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    (part,) = read_parts(head + b"QUFB" * 200_000)
    assert 0 < len(part.text) <= TEXT_BYTES_MAX


def test_of_html_the_words_are_read() -> None:
    head = b"Content-Type: text/html; charset=utf-8\n\n"
    (part,) = read_parts(head + b"<p>n\xc3\xa3o&nbsp;&lt;entregue&gt;</p>")
    assert part.text.strip() == "não <entregue>"


@given(st.binary(max_size=500))
def test_any_bytes_are_taken_apart(content: bytes) -> None:
    parts = read_parts(content)
    assert 1 <= len(parts) <= PARTS_MAX
    assert all(isinstance(part.text, str) for part in parts)
