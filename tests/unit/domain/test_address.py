"""Addresses: how they are written, what is missing, which state a postal code is of."""

from __future__ import annotations

import pytest

from cobranca.domain.address import STATES, Address, states_of_postal_code

WHOLE = Address(
    street="Rua do Exemplo",
    number="25",
    complement="ap 3",
    district="Centro",
    city="Campinas",
    state="SP",
    postal_code="13010050",
)


def test_whole_address_takes_two_lines() -> None:
    assert WHOLE.lines == (
        "Rua do Exemplo, 25 ap 3 - Centro",
        "Campinas/SP - CEP 13010-050",
    )
    assert not WHOLE.missing


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (Address(), ()),
        (Address(postal_code="01001000"), ("CEP 01001-000",)),
        (Address(street="Rua A", city="Recife"), ("Rua A", "Recife")),
        (Address(number="7", district="Centro"), ("7 - Centro",)),
    ],
)
def test_missing_parts_leave_no_marks(address: Address, lines: tuple[str, ...]) -> None:
    assert address.lines == lines
    assert bool(address) == bool(lines)


def test_missing_names_what_banks_want() -> None:
    assert Address(street="Rua A", state="PE").missing == ("city", "postal_code")


@pytest.mark.parametrize(
    ("code", "states"),
    [
        ("01001000", ("SP",)),
        ("19999999", ("SP",)),
        ("20000000", ("RJ",)),
        ("68900000", ("AP",)),
        ("68899999", ("PA",)),
        ("69300000", ("AM", "RR", "AC")),
        ("76801000", ("RO",)),
        ("76799999", ("GO",)),
        ("99999999", ("RS",)),
        ("00123000", ()),
    ],
)
def test_postal_code_tells_its_state(code: str, states: tuple[str, ...]) -> None:
    assert states_of_postal_code(code) == states


def test_every_state_has_postal_codes() -> None:
    found = {state for n in range(1000) for state in states_of_postal_code(f"{n:03}00000")}
    assert found == set(STATES)
    assert len(STATES) == 27
