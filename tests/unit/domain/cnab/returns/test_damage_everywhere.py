"""Damage in every layout that is read: refused, and the refusal names the line.

The files are those of the banks, and plain ones for layouts that no public file is known of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.cnab.returns import Refusal, RefusalCode, read_return
from cobranca.domain.cnab.returns.layouts240 import LAYOUTS_240
from cobranca.domain.cnab.returns.layouts400 import LAYOUTS_400
from tests.unit.domain.cnab.returns import made
from tests.unit.domain.cnab.returns.golden import accepted, file_bytes, joined, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable


def _sources() -> dict[str, list[bytes]]:
    """Give the lines of one file a layout at least, by layout and name."""
    found: dict[str, list[bytes]] = {}
    for name in accepted():
        file = read_return(file_bytes(name))
        lines = lines_of(name)[0]
        if all(len(line) == file.layout for line in lines):
            found[f"{file.bank}-{file.layout} {name}"] = lines
    known = {name.split()[0] for name in found}
    for banks, lines_of_bank, width in (
        (LAYOUTS_400, made.lines_400, 400),
        (LAYOUTS_240, made.lines_240, 240),
    ):
        for bank in banks:
            if f"{bank}-{width}" not in known:
                found[f"{bank}-{width} made"] = lines_of_bank(bank)
    return found


SOURCES = _sources()


def _taken_out(lines: list[bytes], row: int, _place: int) -> list[bytes]:
    return lines[:row] + lines[row + 1 :]


def _doubled(lines: list[bytes], row: int, _place: int) -> list[bytes]:
    return lines[: row + 1] + lines[row:]


def _swapped(lines: list[bytes], row: int, _place: int) -> list[bytes]:
    row = min(row, len(lines) - 2)
    return [*lines[:row], lines[row + 1], lines[row], *lines[row + 2 :]]


def _byte_lost(lines: list[bytes], row: int, place: int) -> list[bytes]:
    return [*lines[:row], lines[row][:place] + lines[row][place + 1 :], *lines[row + 1 :]]


def _cut_off(lines: list[bytes], row: int, place: int) -> list[bytes]:
    return [*lines[:row], lines[row][:place]] if place else lines[:row]


DAMAGES = [_taken_out, _doubled, _swapped, _byte_lost, _cut_off]


def test_every_layout_has_a_file() -> None:
    layouts = {f"{bank}-400" for bank in LAYOUTS_400} | {f"{bank}-240" for bank in LAYOUTS_240}
    assert layouts <= {name.split()[0] for name in SOURCES}
    for lines in SOURCES.values():
        assert read_return(joined(lines)).refusal is None


@pytest.mark.parametrize("damaged", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
@given(name=st.sampled_from(sorted(SOURCES)), row=st.integers(0, 10**6), at=st.integers(0, 399))
def test_damage_is_refused_with_its_line(
    damaged: Callable[[list[bytes], int, int], list[bytes]], name: str, row: int, at: int
) -> None:
    lines = SOURCES[name]
    width = len(lines[0])
    some = damaged(lines, row % len(lines), at % width)
    if some == lines:
        return
    refusal = read_return(joined(some)).refusal
    assert refusal is not None, name
    assert _is_placed(refusal, len(some)), refusal


def _is_placed(refusal: Refusal, count: int) -> bool:
    """Tell whether it is said where, as a number and to the person.

    What is cut off has no line; it is said after how many. Nothing at all, and what no first line
    says to be a return file, is meant as a whole.
    """
    if refusal.code is RefusalCode.TRUNCATED:
        return str(count) in refusal.message
    if refusal.code in {RefusalCode.EMPTY, RefusalCode.NOT_A_RETORNO}:
        return True
    line = refusal.line
    return line is not None and 1 <= line <= count and str(line) in refusal.message
