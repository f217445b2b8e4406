"""One call to somebody else's server: to an address that was checked, bounded in time and size.

The name is resolved here, once, and the connection goes to the address that was checked: a name
that changes its address in between gains nothing. Redirects are not followed.
"""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx

from cobranca.domain.public_address import is_public

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cobranca.domain.public_address import Target

#: What is kept of an answer.
ANSWER_BYTES_MAX: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a call: a status, or why there is none."""

    status: int | None
    text: str
    error: str | None
    milliseconds: int


async def post(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout_s: float,
    private_allowed: bool,
) -> Answer:
    """Post a body; whatever goes wrong is the answer's error.

    Args:
        target: where to.
        body: what is posted.
        headers: beside those of HTTP itself.
        timeout_s: for all of it, from the name's resolution to the answer's end.
        private_allowed: addresses of one's own network are called too.
    """
    begun = time.monotonic()
    status, text, error = None, "", None
    try:
        async with asyncio.timeout(timeout_s):
            address = await _resolve(target, private_allowed=private_allowed)
            status, text = await _exchange(target, address, body, headers, timeout_s)
    except TimeoutError:
        error = f"no answer within {timeout_s:g} s"
    except (OSError, ValueError) as failure:
        error = _reason(failure)
    except httpx.HTTPError as failure:
        error = type(failure).__name__
    return Answer(
        status=status,
        text=text,
        error=error,
        milliseconds=int((time.monotonic() - begun) * 1000),
    )


class _RefusedError(OSError):
    """The name leads to where no call may go."""


async def _resolve(target: Target, *, private_allowed: bool) -> str:
    """Return an address of the host; refuse it when any of its addresses is not public."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not private_allowed and not all(map(is_public, addresses)):
        raise _RefusedError("its name leads to an address that is not public")
    return addresses[0]


async def _exchange(
    target: Target, address: str, body: bytes, headers: Mapping[str, str], timeout_s: float
) -> tuple[int, str]:
    host = f"[{address}]" if ":" in address else address
    url = f"{target.scheme}://{host}:{target.port}{target.path}"
    async with (
        httpx.AsyncClient(
            trust_env=False, follow_redirects=False, timeout=timeout_s, verify=True
        ) as client,
        client.stream(
            "POST",
            url,
            content=body,
            headers={"Host": target.host_header, "Accept-Encoding": "identity", **headers},
            extensions={"sni_hostname": target.host},
        ) as response,
    ):
        kept = b""
        async for piece in response.aiter_raw():
            kept += piece[: ANSWER_BYTES_MAX - len(kept)]
            if len(kept) >= ANSWER_BYTES_MAX:
                break
        return response.status_code, kept.decode("utf-8", "replace").replace("\x00", "\ufffd")


def _reason(failure: OSError | ValueError) -> str:
    if isinstance(failure, _RefusedError):
        return str(failure)
    if isinstance(failure, socket.gaierror):
        return "its name has no address"
    return type(failure).__name__
