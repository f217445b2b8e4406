"""Which addresses a stranger may make us call: those of the public Internet, and no others.

Refused are this machine, private networks, link-local addresses (where clouds answer with
secrets), what is reserved, and every form in which IPv6 wraps an IPv4 address of these.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from cobranca.domain.errors import InvalidField

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

URL_MAX: Final = 2000
_HOST_MAX: Final = 253
_PORTS: Final = {"http": 80, "https": 443}
#: Where IPv6 has an IPv4 address in its last 32 bits: NAT64, and the old "compatible" form.
_WRAPPING: Final = tuple(ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "::/96"))


#: Not of the public Internet either, though not every version of Python knows it: protocols'
#: own addresses, the old anycast of 6to4, documentation, and translation within a network.
_SPECIAL: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "64:ff9b:1::/48")
)
#: Where ISATAP has an IPv4 address: behind these 32 bits (RFC 5214).
_ISATAP: Final = (0x00005EFE, 0x02005EFE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom a URL means."""

    scheme: str
    host: str
    port: int
    #: Path with query, as it goes over the wire.
    path: str

    @property
    def host_header(self) -> str:
        """The host as a call names it: with the port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def is_public(text: str) -> bool:
    """Whether an address, as text, is one of the public Internet."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(each) for each in (address, *_wrapped(address)))


def target_of(url: str, *, private_allowed: bool, field: str = "url") -> Target:
    """Read where calls are to go.

    Args:
        url: an absolute URL.
        private_allowed: http and addresses of one's own network are fine.
        field: what to name in an error.

    Raises:
        InvalidField: it is no such URL, or names an address that is not public.
    """
    if len(url) > URL_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidField(field, f"Give a URL of at most {URL_MAX} ASCII characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidField(field, "This is no URL") from error
    host = (parts.hostname or "").rstrip(".")
    schemes = ("https", "http") if private_allowed else ("https",)
    if parts.scheme not in schemes or not 0 < len(host) <= _HOST_MAX:
        raise InvalidField(field, "Give an address that begins with https://")
    if "@" in parts.netloc or parts.fragment or port == 0:
        raise InvalidField(field, "Leave out user names, passwords, fragments and port 0")
    if not private_allowed and (
        _is_inner_name(host) or (_is_literal(host) and not is_public(host))
    ):
        raise InvalidField(field, "This address is not one of the public Internet")
    path = parts.path or "/"
    return Target(
        scheme=parts.scheme,
        host=host,
        port=port or _PORTS[parts.scheme],
        path=f"{path}?{parts.query}" if parts.query else path,
    )


def _is_public(address: _Address) -> bool:
    is_site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (
        is_site_local
        or address.is_multicast
        or address.is_reserved
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or any(address in network for network in _SPECIAL)
    )


def _wrapped(address: _Address) -> list[_Address]:
    """Return the IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[_Address | None] = [address.ipv4_mapped, address.sixtofour]
    found += address.teredo or ()
    is_isatap = (int(address) >> 32) & 0xFFFFFFFF in _ISATAP
    if is_isatap or any(address in network for network in _WRAPPING):
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # A resolver may read 0x7f.1 or 2130706433 as an address: names end in letters.
        last = host.rpartition(".")[2]
        return last.isdigit() or last.startswith("0x")
    return True


def _is_inner_name(host: str) -> bool:
    return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
