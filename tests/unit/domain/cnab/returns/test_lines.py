"""From bytes to lines: encodings, line ends, marks of the file's end, lengths."""

from __future__ import annotations

import pytest

from cobranca.domain.cnab.returns import RefusalCode, read_return
from cobranca.domain.cnab.returns.lines import lines_of
from tests.unit.domain.cnab.returns.golden import file_bytes, joined
from tests.unit.domain.cnab.returns.golden import lines_of as golden_lines

NAME = "feito-bb240-dois-lotes.ret"


def _records(data: bytes) -> object:
    found = read_return(data)
    assert found.refusal is None, found.refusal
    return list(found.records())


@pytest.mark.parametrize(
    "end",
    [
        b"\r\n", b"\n", b"\r", b"\n\n", b"\r\n\r\n", b"\x1a\n", b"\x1aabc\n",
        b"\n   \n", b"\n" + b" " * 240 + b"\n",
    ],
)  # fmt: skip
def test_line_ends_change_nothing(end: bytes) -> None:
    assert _records(joined(golden_lines(NAME)[0], end)) == _records(file_bytes(NAME))


@pytest.mark.parametrize(
    "tail",
    [
        b"\x1a", b"\x1a\r\n", b"\r\n\r\n", b"\x1a\x1a\x1a", b"\n" * 200_000, b"  \r\n",
        b" " * 240 + b"\r\n", b" \x1a", b" \n" * 200_000,
    ],
)  # fmt: skip
def test_what_ends_a_file_changes_nothing(tail: bytes) -> None:
    assert _records(file_bytes(NAME) + tail) == _records(file_bytes(NAME))


def test_the_last_line_may_have_no_end() -> None:
    assert _records(file_bytes(NAME).rstrip()) != []


def test_utf8_is_decoded_before_it_is_cut() -> None:
    text = file_bytes(NAME).decode("latin-1")
    for mark in ("", "\ufeff"):
        data = (mark + text).encode()
        assert read_return(data).encoding == "utf-8"
        assert _records(data) == _records(file_bytes(NAME))


def test_characters_of_windows_are_told_by_their_bytes() -> None:
    data = file_bytes(NAME).replace(
        "JOÃO DA CONCEIÇÃO".encode("latin-1"), b"JO\x96O DA CONCEI\xc7\xc3O"
    )
    found = read_return(data)
    assert found.encoding == "cp1252"
    assert {record.payer for record in found.records()} == {"JO–O DA CONCEIÇÃO"}


def test_a_file_of_windows_saved_as_utf8_keeps_its_characters() -> None:
    text = file_bytes(NAME).decode("latin-1").replace("JOÃO", "JO–O")
    assert {r.payer for r in read_return(text.encode()).records()} == {"JO–O DA CONCEIÇÃO"}


@pytest.mark.parametrize("data", [b"", b"\x1a", b"\r\n\r\n", b"\xef\xbb\xbf", b"\x1a\n\x1aabc"])
def test_nothing_is_empty(data: bytes) -> None:
    refusal = read_return(data).refusal
    assert refusal is not None
    assert refusal.code is RefusalCode.EMPTY


def test_one_endless_line_is_refused_by_its_length() -> None:
    refusal = read_return(b"02RETORNO" + b"x" * 3_000_000).refusal
    assert refusal is not None
    assert refusal.code is RefusalCode.LINE_TOO_LONG


def test_a_right_trimmed_file_is_padded() -> None:
    lines, end = golden_lines(NAME)
    trimmed = joined([line.rstrip() for line in lines], end)
    assert _records(trimmed) == _records(file_bytes(NAME))


def test_a_short_line_that_ends_in_a_blank_lost_a_byte() -> None:
    lines, end = golden_lines(NAME)
    lines[4] = lines[4][:-1]
    refusal = read_return(joined(lines, end)).refusal
    assert refusal is not None
    assert (refusal.code, refusal.line) == (RefusalCode.LINE_TOO_SHORT, 5)


def test_a_line_shorter_than_others_of_its_kind_lost_a_byte() -> None:
    lines, end = golden_lines(NAME)
    lines[4] = lines[4].rstrip()
    refusal = read_return(joined(lines, end)).refusal
    assert refusal is not None
    assert (refusal.code, refusal.line) == (RefusalCode.LINE_TOO_SHORT, 5)


def test_lines_can_be_gone_through_again() -> None:
    lines = lines_of(file_bytes(NAME))
    first = [block.rows.tobytes() for block in lines.blocks(240)]
    assert first == [block.rows.tobytes() for block in lines.blocks(240)]
    assert lines.last_line().startswith(b"00199999")


@pytest.mark.parametrize("mark", [b"\x1a", b"\r", b"\n"])
def test_a_mark_inside_a_line_ends_it(mark: bytes) -> None:
    lines, end = golden_lines("sicoob400-2016.ret")
    lines[2] = lines[2][:300] + mark + lines[2][301:]
    refusal = read_return(joined(lines, end)).refusal
    assert refusal is not None
    assert (refusal.code, refusal.line) == (RefusalCode.LINE_TOO_SHORT, 3)


def test_a_record_that_was_blanked_out_is_missed() -> None:
    lines, _ = golden_lines(NAME)
    lines[3] = b" " * len(lines[3])
    refusal = read_return(joined(lines, b"\r\n")).refusal
    assert refusal is not None
    assert refusal.code in (RefusalCode.SEQUENCE_GAP, RefusalCode.RECORD_ORDER)
    assert refusal.line == 4
