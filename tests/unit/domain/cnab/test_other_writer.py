"""A thousand random titles a layout, byte for byte as another program writes them.

Where it is known to be wrong, or disputed, the places are left out, each with its reason
(`tests/golden/other_writer.json`). Its Unicred 240 is Sicredi's under another name, and is left out
whole; what it says of fines of Itaú 400 and Banco do Brasil 400 it loses, and those are not drawn.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from cobranca.domain.cnab import LAYOUTS, Layout, refusals_of, write_remittance
from tests.support import other_writer
from tests.unit.domain.cnab.accounts import FILE, account
from tests.unit.domain.cnab.random_titles import random_titles
from tests.unit.domain.golden import GOLDEN

SHARED: dict[str, dict[str, Any]] = json.loads((GOLDEN / "other_writer.json").read_text())
TITLES = 1000
_OF_240 = {"0": "file_header", "1": "lot_header", "5": "lot_trailer", "9": "file_trailer"}


def test_every_reason_is_about_places_of_the_layout() -> None:
    for code, shared in SHARED.items():
        layout = LAYOUTS[code]
        for known in shared["known"]:
            first, last = places_of(known)
            assert known["why"]
            assert 1 <= first <= last <= layout.records[known["record"]].width


@pytest.mark.parametrize("code", SHARED)
def test_random_titles_are_taken(code: str) -> None:
    titles, theirs = random_titles(code, TITLES, seed=1)
    owner = account(code, **SHARED[code].get("ours", {}))
    assert refusals_of(owner, FILE, titles) == []
    assert len(theirs) == TITLES


@pytest.mark.parametrize("code", SHARED)
def test_two_programs_write_the_same(code: str) -> None:
    if reason := other_writer.why_not():
        pytest.skip(reason)
    shared, layout = SHARED[code], LAYOUTS[code]
    titles, theirs = random_titles(code, TITLES, seed=1)
    owner = account(code, **shared.get("ours", {}))
    ours = b"".join(write_remittance(owner, FILE, [titles])).decode().split("\r\n")
    written = other_writer.write(shared["class"], shared["account"] | file_of(layout), theirs)
    others = written.written.decode("ascii").split("\r\n")
    assert len(ours) == len(others)
    used: set[str] = set()
    for number, (line, other) in enumerate(zip(ours, others, strict=True), 1):
        name = record_of(layout, number, line, is_last=number == len(ours) - 1)
        known = [each for each in shared["known"] if each["record"] == name]
        used |= {named(each) for each in known if cut(line, each) != cut(other, each)}
        assert line == filled(other, line, known), f"line {number}, {name}"
    # A reason that is not needed any more would hide what comes next.
    assert used == {named(each) for each in shared["known"]}


def file_of(layout: Layout) -> dict[str, str]:
    """Give what `FILE` and the accounts of the tests say, in the other program's words."""
    at = FILE.generated_at
    own = {
        "empresa_mae": "Escola Aurora Demonstração Ltda",
        "documento_cedente": "11222333000181",
        "aceite": "N",
        "sequencial_remessa": str(FILE.sequence),
    }
    if layout.has_lots:
        times = {"data_geracao_fixa": f"{at:%d%m%Y}", "hora_geracao_fixa": f"{at:%H%M%S}"}
    else:
        times = {"data_geracao": f"{at:%Y-%m-%d}"}
    return own | times


def record_of(layout: Layout, number: int, line: str, *, is_last: bool) -> str:
    """Name the record that a line is."""
    if not line:
        return ""
    if layout.has_lots:
        return _OF_240.get(line[7]) or line[13]
    return "header" if number == 1 else "trailer" if is_last else "detail"


def filled(other: str, line: str, known: list[dict[str, str]]) -> str:
    """Put our own places into the other's line where they are known to differ."""
    for each in known:
        first, last = places_of(each)
        other = other[: first - 1] + line[first - 1 : last] + other[last:]
    return other


def cut(line: str, known: dict[str, str]) -> str:
    first, last = places_of(known)
    return line[first - 1 : last]


def named(known: dict[str, str]) -> str:
    return f"{known['record']} {known['places']}"


def places_of(known: dict[str, str]) -> tuple[int, int]:
    first, last = known["places"].split("-")
    return int(first), int(last)
