"""Who is meant by a tax id or an address, and in which texts they are told."""

from __future__ import annotations

import pytest

from cobranca.domain.errors import InvalidField
from cobranca.privacy.person import Person

ANA = Person.of(tax_id="012.345.678-90", email="Ana.Lima@Example.com")


@pytest.mark.parametrize(
    "text",
    [
        "Ana,01234567890,x@example.com",
        "Ana;012.345.678-90;x",
        "12345678 90",
        "1234567890",
        "000.012.345.678-90",
        '"ana.lima@example.com"',
        "To: <ANA.LIMA@EXAMPLE.COM>.",
        "mailto:ana.lima@example.com.",
    ],
)
def test_a_person_is_told_however_they_are_written(text: str) -> None:
    assert ANA.is_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "012345678901",
        "9012345678909",
        "0123456789",
        "12345678-91",
        "maria.ana.lima@example.com",
        "ana.lima@example.com.br",
        "ana.lima@example.community",
        "anaxlima@example.com",
        "",
    ],
)
def test_nobody_else_is_taken_for_them(text: str) -> None:
    assert not ANA.is_in(text)


def test_a_short_tax_id_tells_nobody_in_a_text() -> None:
    person = Person.of(tax_id="1111", email=None)
    assert (person.tax_id, person.pattern) == ("1111", "")
    assert not person.is_in("1111")


@pytest.mark.parametrize(
    ("tax_id", "email"),
    [(None, None), ("", " "), ("12%", None), (None, "no address"), ("²", None)],
)
def test_nobody_is_no_person(tax_id: str | None, email: str | None) -> None:
    with pytest.raises(InvalidField):
        Person.of(tax_id=tax_id, email=email)
