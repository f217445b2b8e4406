"""Keeps messages that nobody could make sense of, for a person, as many as the settings allow.

Anybody can write to the address that bounces come to: when there is no room, the oldest go.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cobranca.infra.telemetry import KeptBouncesRemoved, emit

if TYPE_CHECKING:
    from cobranca.infra.settings import Settings
    from cobranca.infra.storage import Storage

FOLDER = "bounces"


async def keep(storage: Storage, settings: Settings, content: bytes) -> str | None:
    """Store a message and return its path; None when not even it alone has room.

    Args:
        storage: where it goes.
        settings: the bounds on count and bytes.
        content: the message.
    """
    if len(content) > settings.bounces_kept_bytes_max or settings.bounces_kept_max == 0:
        return None
    path = f"{FOLDER}/{hashlib.sha256(content).hexdigest()}.eml"
    await storage.put(path, content)
    kept = sorted(await storage.list_objects(FOLDER), key=lambda one: one.written_at)
    count, size_bytes = len(kept), sum(one.size_bytes for one in kept)
    removed = 0
    for oldest in kept:
        if count <= settings.bounces_kept_max and size_bytes <= settings.bounces_kept_bytes_max:
            break
        if oldest.path == path:
            continue
        await storage.remove(oldest.path)
        count, size_bytes, removed = count - 1, size_bytes - oldest.size_bytes, removed + 1
    if removed:
        emit(KeptBouncesRemoved(bounces=removed))
    return path
