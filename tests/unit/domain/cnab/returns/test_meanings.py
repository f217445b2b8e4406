"""Codes: every layout that is read has its occurrences, every reason a cause and advice."""

from __future__ import annotations

import pytest

from cobranca.domain.cnab.returns import KINDS, MONEY, Kind, meanings, occurrence_of, reason_of
from cobranca.domain.cnab.returns.layouts240 import LAYOUTS_240
from cobranca.domain.cnab.returns.layouts400 import LAYOUTS_400


def test_every_layout_has_occurrences() -> None:
    layouts = [*LAYOUTS_240.values(), *LAYOUTS_400.values()]
    assert len(layouts) == 27
    for layout in layouts:
        kinds = {
            known.kind for known in meanings.occurrences_of(layout.bank, layout.width).values()
        }
        assert {Kind.REGISTERED, Kind.PAID} <= kinds, layout.bank


def test_every_kind_is_used() -> None:
    used = {
        known.kind
        for bank, width in [
            (x.bank, x.width) for x in (*LAYOUTS_240.values(), *LAYOUTS_400.values())
        ]
        for known in meanings.occurrences_of(bank, width).values()
    }
    assert used == set(KINDS)


@pytest.mark.parametrize(
    ("bank", "layout", "code", "kind"),
    [
        ("237", 400, "06", Kind.PAID),
        ("748", 400, "07", Kind.PAYMENT_PENDING),
        ("033", 240, "93", Kind.PAYMENT_PENDING),
        ("422", 400, "40", Kind.PROTESTED),
        ("422", 400, "41", Kind.PAID_AFTER_WRITE_OFF),
        ("077", 400, "07", Kind.WRITTEN_OFF),
        ("104", 240, "47", Kind.PAYMENT_REVERSED),
        ("104", 400, "99", Kind.REGISTRATION_REJECTED),
        ("341", 400, "69", Kind.PAYMENT_REVERSED),
        ("237", 400, "X9", Kind.OTHER),
        ("999", 400, "06", Kind.OTHER),
    ],
)
def test_what_looks_like_money_is_told_apart(bank: str, layout: int, code: str, kind: Kind) -> None:
    known = occurrence_of(bank, layout, code)
    assert (known.code, known.kind) == (code, kind)
    assert bool(known.text) == (kind is not Kind.OTHER)


def test_money_is_five_kinds() -> None:
    assert {kind for kind in Kind if kind.startswith("PAID")} == MONEY


def test_a_reason_says_what_to_do() -> None:
    reason = reason_of("237", 400, "03", "48")
    assert (reason.cause, reason.text) == ("PAYER_ZIP", "CEP inválido")
    assert reason.advice == "Corrija o CEP (e a UF) do pagador e envie de novo."


def test_the_same_number_means_something_else_beside_another_occurrence() -> None:
    assert reason_of("341", 400, "03", "14").cause == "OUR_NUMBER_USED"
    assert reason_of("341", 400, "16", "14") != reason_of("341", 400, "03", "14")
    assert reason_of("756", 240, "06", "03").cause == "INFO"


def test_a_reason_that_is_not_known_is_kept() -> None:
    reason = reason_of("237", 400, "03", "ZZ")
    assert (reason.code, reason.text, reason.cause) == ("ZZ", "", "OTHER")
    assert reason.advice


def test_every_reason_has_advice() -> None:
    tables = meanings._reasons()
    assert {cause for table in tables.values() for cause, _ in table.values()} <= set(
        meanings._advice()
    )
    assert len({id(table) for table in tables.values()}) == 21
    assert sum(len(t) for t in {id(t): t for t in tables.values()}.values()) == 1125
