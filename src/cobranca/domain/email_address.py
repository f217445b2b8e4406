"""What an e-mail address may be: one rule for the file, the settings and the mail.

Pragmatic: a dotted local part and a host name with a top-level domain, in ASCII. No quoted local
parts, no comments, no address literals, and of the signs that RFC 5322 allows only those that
people's addresses have; not every server offers SMTPUTF8. A domain with accents is written in its
xn-- form, which `ascii_address` gives for an address of the settings.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

import idna

from cobranca.domain.characters import find_refused
from cobranca.domain.errors import InvalidField

ADDRESS_MAX: Final = 254
LOCAL_MAX: Final = 64

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ATOM: Final = r"[a-z0-9&'+=_-]+"
_ADDRESS: Final = re.compile(
    rf"(?![&'=]){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?![0-9]+\Z)(?=..){_LABEL}",
    re.IGNORECASE | re.ASCII,
)
#: What looks like an address with accents.
_ACCENTED: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")


class AddressFault(Enum):
    """Why a text is no address; the value is said of a field."""

    CONTROL_CHARACTER = "must not hold characters that nobody sees"
    NOT_ASCII = "must be in ASCII; a domain is then written as xn--"
    TOO_LONG = f"is longer than {ADDRESS_MAX} characters, or {LOCAL_MAX} before the @"
    FORMAT = "is not an e-mail address"


def address_fault(text: str) -> AddressFault | None:
    """Tell what keeps a text from being the address of one mailbox; None when it is one."""
    if len(text) <= ADDRESS_MAX and text.find("@") <= LOCAL_MAX and _ADDRESS.fullmatch(text):
        return None
    if find_refused(text):
        return AddressFault.CONTROL_CHARACTER
    if not text.isascii():
        return AddressFault.NOT_ASCII if _ACCENTED.fullmatch(text) else AddressFault.FORMAT
    if len(text) > ADDRESS_MAX or text.find("@") > LOCAL_MAX:
        return AddressFault.TOO_LONG
    return AddressFault.FORMAT


def check_address(field: str, address: str) -> None:
    """Let the address of one mailbox pass.

    Raises:
        InvalidField: CONTROL_CHARACTER or ADDRESS_INVALID. The detail never repeats the address.
    """
    fault = address_fault(address)
    if fault is not None:
        is_control = fault is AddressFault.CONTROL_CHARACTER
        code = "CONTROL_CHARACTER" if is_control else "ADDRESS_INVALID"
        raise InvalidField(field, fault.value, code=code)


def ascii_address(field: str, address: str) -> str:
    """Return an address with its domain in A-labels (`xn--...`), as it goes over the wire.

    Raises:
        InvalidField: as `check_address`, or there is no such domain by IDNA 2008.
    """
    local, at, domain = address.rpartition("@")
    written = local + at + (domain if domain.isascii() else ascii_domain(domain, field))
    check_address(field, written)
    return written


def ascii_domain(domain: str, field: str = "address") -> str:
    """Return the A-labels of a domain; ASCII comes back as it is.

    Raises:
        InvalidField: ADDRESS_INVALID, it is no domain name by IDNA 2008.
    """
    if domain.isascii() and address_fault(f"a@{domain}") is None:
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        detail = "has a domain that is not a domain name"
        raise InvalidField(field, detail, code="ADDRESS_INVALID") from error
