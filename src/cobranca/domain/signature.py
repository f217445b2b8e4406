"""Signatures of calls between systems, as Standard Webhooks 1.0.0 wants them.

Signed is `id.timestamp.body`, the body as it came over the wire, by HMAC-SHA256.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

#: A call that is older, or from further in the future, is not believed.
TOLERANCE_S: Final = 300
_VERSION: Final = "v1,"
#: While a secret is being changed a call has a few signatures; more are somebody's attempt.
_SIGNATURES_MAX: Final = 16


def sign(key: bytes, *, call_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a call."""
    signed = f"{call_id}.{timestamp}.".encode() + body
    made = hmac.new(key, signed, hashlib.sha256).digest()
    return _VERSION + base64.b64encode(made).decode()


def is_signed(
    keys: Sequence[bytes],
    *,
    call_id: str,
    timestamp: str,
    signatures: str,
    body: bytes,
    now_s: int,
) -> bool:
    """Whether one of the signatures is made by one of the keys, and the call is of now.

    Args:
        keys: each is tried, in constant time.
        call_id: the call's own id, as its header has it.
        timestamp: whole seconds, as the header has them.
        signatures: the header: one or more, with blanks between them; unknown versions are passed
            over.
        body: as it was received.
        now_s: this instant, in seconds since 1970.
    """
    if not (call_id and timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now_s - int(timestamp)) > TOLERANCE_S:
        return False
    given = [each for each in signatures.split(" ") if each.startswith(_VERSION)]
    found = False
    for key in keys:
        right = sign(key, call_id=call_id, timestamp=int(timestamp), body=body).encode()
        for each in given[:_SIGNATURES_MAX]:
            found |= hmac.compare_digest(each.encode(), right)
    return found
