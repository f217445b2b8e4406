"""Which addresses a stranger may make us call."""

from __future__ import annotations

import pytest

from cobranca.domain.errors import InvalidField
from cobranca.domain.public_address import is_public, target_of


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "::127.0.0.1", "fec0::1", "fd00:ec2::254", "hello", "", "192.0.0.8", "192.88.99.1",
        "64:ff9b:1:7f00:0:100:808:808", "3fff::1", "2606:4700::5efe:127.0.0.1",
        "2606:4700::200:5efe:a00:1",
    ],
)  # fmt: skip
def test_address_inside_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "200.147.3.157", "2606:4700:4700::1111"])
def test_address_of_the_internet_is_fine(address: str) -> None:
    assert is_public(address)


def test_url_is_read() -> None:
    target = target_of("https://Hooks.Example.com./a?b=c", private_allowed=False)
    assert (target.host, target.port, target.path) == ("hooks.example.com", 443, "/a?b=c")
    assert target.host_header == "hooks.example.com"
    assert target_of("https://a.example:8443", private_allowed=False).host_header.endswith(":8443")
    inner = target_of("http://[::1]:80/", private_allowed=True)
    assert inner.host_header == "[::1]"


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/", "https://", "https://a.example:0/", "https://a.example:x/", "//a/b",
        "https://a.example/#x", "https://u@a.example/", "https://0x7f.1/", "https://127.1/",
        "https://metadata.google.internal/", "https://a.localhost/", "https://a b/", "https://é/",
        "https://a.example/" + "x" * 2000, "https://[::ffff:10.0.0.1]/",
    ],
)  # fmt: skip
def test_url_that_may_not_be_called_is_refused(url: str) -> None:
    with pytest.raises(InvalidField):
        target_of(url, private_allowed=False)
