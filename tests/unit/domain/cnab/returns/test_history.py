"""Repetition: the same file in any dress, the same records under another name, and conflicts."""

from __future__ import annotations

import numpy as np
import pytest

from cobranca.domain.cnab.returns import Digests, Repetition, read_return, repetition_among
from cobranca.domain.cnab.returns.history import digest
from cobranca.domain.cnab.returns.lines import Block
from tests.unit.domain.cnab.returns.golden import (
    accepted,
    file_bytes,
    joined,
    lines_of,
    with_places,
)

NAME = "feito-bradesco400-pix-protesto.ret"
SICOOB = "feito-sicoob240.ret"


def _digests(data: bytes) -> Digests:
    found = read_return(data)
    assert found.refusal is None, found.refusal
    return found.digests()


def _against(data: bytes, name: str = NAME) -> tuple[str, str] | None:
    found: Repetition | None = repetition_among(_digests(data), [_digests(file_bytes(name))])
    return (found.verdict, found.code) if found else None


def test_the_same_text_is_a_repetition() -> None:
    lines, _ = lines_of(NAME)
    assert _against(file_bytes(NAME)) == ("repeat", "SAME_CONTENT")
    assert _against(file_bytes("hostil-400-mesmo-arquivo-crlf-lf.ret")) == (
        "repeat",
        "SAME_CONTENT",
    )
    assert _against(joined(lines, b"\r")) == ("repeat", "SAME_CONTENT")


def test_the_encoding_makes_no_other_file() -> None:
    base = "feito-bb240-dois-lotes.ret"
    for other in ("hostil-240-utf8.ret", "hostil-240-aparado-1a.ret"):
        assert _against(file_bytes(other), base) == ("repeat", "SAME_CONTENT")


def test_the_same_records_under_another_sequence_are_a_repetition() -> None:
    lines, end = lines_of(NAME)
    lines[0] = with_places(lines[0], 109, "00099")
    assert _against(joined(lines, end)) == ("repeat", "SAME_RECORDS")
    lines, end = lines_of(SICOOB)
    lines[0] = with_places(lines[0], 158, "000099")
    assert _against(joined(lines, end), SICOOB) == ("repeat", "SAME_RECORDS")


def test_other_records_under_the_same_name_are_a_conflict() -> None:
    lines, end = lines_of(NAME)
    lines[3] = with_places(lines[3], 38, "OTHER")
    assert _against(joined(lines, end)) == ("conflict", "SAME_IDENTITY")


def test_another_file_is_new() -> None:
    assert _against(file_bytes("hostil-400-pago-duas-vezes.ret")) is None


def test_files_without_movement_are_not_the_same_records() -> None:
    lines, end = lines_of("hostil-sem-movimento.ret")
    lines[0] = with_places(lines[0], 109, "00099")
    assert _digests(joined(lines, end)).records is None
    assert _against(joined(lines, end), "hostil-sem-movimento.ret") is None


def test_a_file_without_a_sequence_has_no_identity() -> None:
    for name in ("brb400-2012-sem-registro.ret", "santander240-2016-02-06-17.ret"):
        assert _digests(file_bytes(name)).identity is None
    assert _digests(file_bytes(SICOOB)).identity is not None


def test_the_surest_sign_comes_first() -> None:
    lines, end = lines_of(NAME)
    lines[0] = with_places(lines[0], 109, "00099")
    conflict = _digests(joined(lines, end))
    same = _digests(file_bytes(NAME))
    found = repetition_among(same, [conflict, same])
    assert found is not None
    assert (found.code, found.earlier) == ("SAME_CONTENT", same)


def test_real_files_are_told_apart() -> None:
    bases = [name for name in accepted() if not name.startswith("hostil")]
    digests = [_digests(file_bytes(name)) for name in bases]
    assert len({d.content for d in digests}) == len(bases)
    assert all(repetition_among(d, digests[:n]) is None for n, d in enumerate(digests))


@pytest.mark.parametrize(("width", "places"), [(240, (8, 13)), (400, (394, 400))])
def test_numbers_of_lines_are_no_part_of_records(width: int, places: tuple[int, int]) -> None:
    rows = np.full((2, width), ord("3"), dtype=np.uint8)
    moved = rows.copy()
    moved[:, slice(*places)] = ord("7")
    first, second = (_digest(some) for some in (rows, moved))
    assert first.records == second.records
    assert first.content != second.content


def _digest(rows: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> Digests:
    lengths = np.full(len(rows), rows.shape[1])
    block = Block(first=1, rows=rows, lengths=lengths, is_last=True)
    return digest(iter([block]), "latin-1", None)
