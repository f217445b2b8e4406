"""Addresses as they go over the wire."""

from __future__ import annotations

import pytest

from cobranca.domain.email_address import ascii_domain, wire_address
from cobranca.domain.errors import InvalidField


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("maria@exemplo.com.br", "maria@exemplo.com.br"),
        ("maria@educação.example", "maria@xn--educao-7ta5a.example"),
        ("josé@educação.example", "josé@xn--educao-7ta5a.example"),
        ("a..b@docomo.example", '"a..b"@docomo.example'),
        ("a.@docomo.example", '"a."@docomo.example'),
    ],
)
def test_address_is_written_as_the_standards_want(address: str, wire: str) -> None:
    assert wire_address(address) == wire


@pytest.mark.parametrize("domain", ["", "a b", "-a.example", "a..b", "\u202ea.example", "a_b.c"])
def test_what_is_no_domain_is_refused(domain: str) -> None:
    with pytest.raises(InvalidField):
        ascii_domain(domain)
