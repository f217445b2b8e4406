"""The order of lines, beyond what damaged files show: every rule by a file made for it."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest

from cobranca.domain.cnab.returns import ReturnFile, Verdict, read_return
from cobranca.domain.cnab.returns import lines as lines_module
from cobranca.domain.cnab.returns.lines import Block
from cobranca.domain.cnab.returns.order400 import Order400
from cobranca.domain.cnab.returns.refusal import Refused
from tests.unit.domain.cnab.returns.golden import (
    accepted,
    file_bytes,
    joined,
    lines_of,
    with_places,
)

BB = "bb400-2009-registro7.ret"
SICOOB = "feito-sicoob240.ret"
SANTANDER = "feito-santander400-pix.ret"
SANTANDER_240 = "feito-santander240-pix.ret"


def _code(data: bytes) -> str:
    found = read_return(data)
    return found.refusal.code if found.refusal else ""


def _numbered(lines: list[bytes]) -> bytes:
    """Count the lines of a file of 400 anew."""
    return joined([with_places(line, 395, f"{n:06d}") for n, line in enumerate(lines, 1)])


def _changed(name: str, line: int, first: int, text: str) -> bytes:
    lines, end = lines_of(name)
    lines[line - 1] = with_places(lines[line - 1], first, text)
    return joined(lines, end)


def test_lines_counted_anew_are_right() -> None:
    lines, _ = lines_of(BB)
    assert _code(_numbered([*lines[:3], *lines[4:]])) == ""


def test_an_extra_line_without_a_title_is_in_a_wrong_place() -> None:
    lines, _ = lines_of(SANTANDER)
    assert _code(_numbered([lines[0], lines[2], *lines[3:]])) == "RECORD_ORDER"


def test_a_title_has_a_handful_of_extra_lines_at_most() -> None:
    lines, _ = lines_of(SANTANDER)
    assert _code(_numbered([*lines[:2], *[lines[2]] * 1000, *lines[3:]])) == ""
    assert _code(_numbered([*lines[:2], *[lines[2]] * 1001, *lines[3:]])) == "RECORD_ORDER"


@pytest.mark.parametrize("kind", "056A9 ")
def test_records_of_other_types_are_in_a_wrong_place(kind: str) -> None:
    assert _code(_changed(BB, 4, 1, kind)) == "RECORD_ORDER"


def test_titles_of_both_types_do_not_mix() -> None:
    assert _code(_changed(BB, 4, 1, "1")) == "RECORD_ORDER"


@pytest.mark.parametrize(
    ("line", "first", "text", "code"),
    [
        (2, 9, "E04", "NOT_A_RETORNO"),
        (2, 9, "C20", "NOT_A_RETORNO"),
        (2, 8, "3", "RECORD_ORDER"),
        (2, 1, "001", "FIELD_INVALID"),
        (3, 4, "0002", "RECORD_ORDER"),
        (3, 14, "V", "RECORD_ORDER"),
        (4, 14, "Y", "RECORD_ORDER"),
        (5, 9, "00009", "SEQUENCE_GAP"),
        (5, 9, "0000A", "SEQUENCE_GAP"),
        (19, 8, "1", "RECORD_ORDER"),
        (20, 8, "5", "TRUNCATED"),
    ],
)
def test_a_file_of_240_keeps_its_order(line: int, first: int, text: str, code: str) -> None:
    assert _code(_changed(SICOOB, line, first, text)) == code


@pytest.mark.parametrize("segment", ["V", "W", "Y", "A", "B"])
def test_other_segments_are_counted_and_passed_over(segment: str) -> None:
    lines, _ = lines_of(SICOOB)
    other = with_places(lines[3], 14, segment)
    whole = [*lines[:4], other, *lines[4:]]
    counted = [with_places(line, 9, f"{n:05d}") for n, line in enumerate(whole[2:-2], 1)]
    end = with_places(whole[-2], 18, "000019"), with_places(whole[-1], 24, "000021")
    found = read_return(joined([*whole[:2], *counted, *end]))
    assert found.refusal is None
    assert len(list(found.records())) == 8


@pytest.mark.parametrize(
    ("count", "code"), [("000001", ""), ("000018", ""), ("000016", "TRAILER_MISMATCH")]
)
def test_btg_may_say_one_for_every_lot(count: str, code: str) -> None:
    lines, _ = lines_of(SICOOB)
    lines[-2] = with_places(lines[-2], 18, count)
    assert _code(joined([with_places(line, 1, "208") for line in lines])) == code


def test_a_file_of_240_without_lots_has_no_movement() -> None:
    lines, _ = lines_of(SICOOB)
    end = with_places(lines[-1], 18, "000000000002")
    found = read_return(joined([lines[0], end]))
    assert (found.verdict, list(found.records())) == (Verdict.ACCEPT, [])


def test_a_title_of_240_has_a_handful_of_segments_at_most() -> None:
    lines, end = lines_of(SANTANDER_240)
    for count, code in ((1000, ""), (1001, "RECORD_ORDER")):
        whole = [*lines[:4], *[lines[4]] * count, *lines[5:]]
        details = [with_places(line, 9, f"{n:05d}") for n, line in enumerate(whole[2:-2], 1)]
        lot_end = with_places(whole[-2], 18, f"{len(details):06d}")
        file_end = with_places(whole[-1], 24, f"{len(whole):06d}")
        assert _code(joined([*whole[:2], *details, lot_end, file_end], end)) == code


@pytest.mark.parametrize(
    ("found", "is_right"),
    [
        (("999998", "999999", "000000", "000001"), True),
        (("999998", "999999", "000001", "000002"), True),
        (("999998", "999999", "000002", "000003"), False),
        (("999998", "999998", "000000", "000001"), False),
        (("999998", "999999", "100000", "000001"), False),
    ],
)
def test_six_places_count_a_million_lines_and_begin_again(
    found: tuple[str, ...], is_right: bool
) -> None:
    title = lines_of(BB)[0][1]
    rows = b"".join(with_places(title, 395, number) for number in found)
    block = Block(
        first=999_998,
        rows=np.frombuffer(rows, dtype=np.uint8).reshape(4, 400),
        lengths=np.full(4, 400),
        is_last=False,
    )
    with nullcontext() if is_right else pytest.raises(Refused, match="salta"):
        Order400().take(block)


def test_a_trailer_that_was_cut_is_told_as_a_cut_file() -> None:
    data = joined(lines_of(BB)[0]).rstrip()
    assert _code(data[:-1]) == "TRUNCATED"


def _long_file(titles: int) -> bytes:
    """Make a file of 240 of one lot, whose line numbers pass 99,999."""
    lines, end = lines_of(SICOOB)
    pair = [line[:8] for line in lines[4:6]], [line[13:] for line in lines[4:6]]
    body = [pair[0][n % 2] + b"%05d" % (n % 99_999 + 1) + pair[1][n % 2] for n in range(2 * titles)]
    lot_end = with_places(lines[-2], 18, f"{2 * titles + 2:06d}")
    file_end = with_places(lines[-1], 24, f"{2 * titles + 4:06d}")
    return joined([*lines[:2], *body, lot_end, file_end], end)


def test_line_numbers_of_a_long_lot_begin_again() -> None:
    found = read_return(_long_file(50_100))
    assert found.refusal is None
    assert sum(len(titles) for titles in found.titles()) == 50_100


@pytest.mark.parametrize("size", [500, 1000, 4321])
def test_the_size_of_blocks_changes_nothing(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {name: _told(read_return(file_bytes(name))) for name in accepted()}
    monkeypatch.setattr(lines_module, "BLOCK_BYTES", size)
    monkeypatch.setattr(lines_module, "BLOCK_LINES", 2)
    assert {name: _told(read_return(file_bytes(name))) for name in accepted()} == whole


def test_bytes_of_windows_anywhere_tell_the_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "BLOCK_BYTES", 500)
    data = file_bytes("feito-bb240-dois-lotes.ret")
    assert read_return(data.replace(b"JO\xc3O", b"JO\x96O", 1)).encoding == "cp1252"
    assert read_return(data).encoding == "latin-1"


def _told(found: ReturnFile) -> tuple[object, ...]:
    return (
        found.header,
        found.encoding,
        found.line_count,
        found.lots,
        list(found.records()),
        found.digests(),
    )
