"""One rule for addresses: of the file, of the settings, of the mail."""

from __future__ import annotations

import pytest

from cobranca.domain.email_address import (
    AddressFault,
    address_fault,
    ascii_address,
    ascii_domain,
    check_address,
)
from cobranca.domain.errors import InvalidField


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("maria@exemplo.com.br", "maria@exemplo.com.br"),
        ("m+tag_x.y-z@sub.exemplo.com.br", "m+tag_x.y-z@sub.exemplo.com.br"),
        ("maria@educação.example", "maria@xn--educao-7ta5a.example"),
    ],
)
def test_a_domain_is_written_in_a_labels(address: str, wire: str) -> None:
    assert ascii_address("email", address) == wire


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("maria@exemplo.com\r\nBcc: x@y.example", AddressFault.CONTROL_CHARACTER),
        ("\u202emaria@exemplo.com", AddressFault.CONTROL_CHARACTER),
        ("josé@exemplo.com", AddressFault.NOT_ASCII),
        ("maria@educação.example", AddressFault.NOT_ASCII),
        ("m" * 65 + "@exemplo.com", AddressFault.TOO_LONG),
        ("m@" + "e" * 60 + (".e" * 100) + ".com", AddressFault.TOO_LONG),
        ("a..b@docomo.example", AddressFault.FORMAT),
        ("a@localhost", AddressFault.FORMAT),
        ("a@x..y", AddressFault.FORMAT),
        ("", AddressFault.FORMAT),
    ],
)
def test_what_is_no_address_is_told(address: str, fault: AddressFault) -> None:
    assert address_fault(address) is fault
    with pytest.raises(InvalidField) as error:
        check_address("reply_to", address)
    assert error.value.field == "reply_to"


@pytest.mark.parametrize("domain", ["", "a b", "-a.example", "a..b", "\u202ea.example", "a_b.c"])
def test_what_is_no_domain_is_refused(domain: str) -> None:
    with pytest.raises(InvalidField):
        ascii_domain(domain)
