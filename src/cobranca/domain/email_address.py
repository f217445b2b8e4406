"""What an e-mail address may be, and how it is written on the wire."""

from __future__ import annotations

import re
from functools import lru_cache

import idna

from cobranca.domain.characters import refuse_controls
from cobranca.domain.errors import InvalidField

ADDRESS_OCTETS_MAX = 254
LOCAL_OCTETS_MAX = 64
DOMAIN_CACHE_ENTRIES = 4096

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_PLAIN_ADDRESS = re.compile(
    rf"{_ATEXT}+(?:\.{_ATEXT}+)*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    rf"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\u0080-\U0010ffff-]+")
_DOT_ATOM = re.compile(r"[^.]+(?:\.[^.]+)*")


def check_address(field: str, address: str) -> None:
    """Let a deliverable address pass: one mailbox, without comments, quotes or routes.

    Raises:
        InvalidField: it is not one; code CONTROL_CHARACTER or ADDRESS_INVALID. The detail
            never repeats the address.
    """
    if len(address) <= LOCAL_OCTETS_MAX and _PLAIN_ADDRESS.fullmatch(address):
        return
    refuse_controls(field, address)
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        raise InvalidField(field, "is not an e-mail address", code="ADDRESS_INVALID")
    if len(local.encode()) > LOCAL_OCTETS_MAX:
        raise InvalidField(field, "has more than 64 octets before the @", code="ADDRESS_INVALID")
    if len(local.encode()) + 1 + len(ascii_domain(domain, field)) > ADDRESS_OCTETS_MAX:
        raise InvalidField(field, "is longer than 254 octets", code="ADDRESS_INVALID")


@lru_cache(maxsize=DOMAIN_CACHE_ENTRIES)
def ascii_domain(domain: str, field: str = "address") -> str:
    """Return the A-labels (`xn--...`) of a domain; ASCII comes back as it is.

    Raises:
        InvalidField: it is no domain name by IDNA 2008; code ADDRESS_INVALID.
    """
    if _PLAIN_ADDRESS.fullmatch("a@" + domain):
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        detail = "has a domain that is not a domain name"
        raise InvalidField(field, detail, code="ADDRESS_INVALID") from error


def wire_address(address: str) -> str:
    """Return the address as SMTP and header fields carry it: A-labels, dots quoted where odd.

    Only what stands before the @ can still be other than ASCII; that takes SMTPUTF8.
    """
    if address.isascii() and _PLAIN_ADDRESS.fullmatch(address):
        return address
    local, _, domain = address.rpartition("@")
    if not _DOT_ATOM.fullmatch(local):
        local = f'"{local}"'
    return f"{local}@{ascii_domain(domain)}"
