"""Ports of this machine that nobody listens on."""

from __future__ import annotations

import socket


def bound(host: str, port: int) -> socket.socket:
    """Listen on a port, 0 for any free one; close what this returns to give it back.

    Raises:
        OSError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1)
    except BaseException:
        listening.close()
        raise
    return listening


def free_port(host: str) -> int:
    """Return a port that nobody listens on now."""
    with bound(host, 0) as listening:
        port: int = listening.getsockname()[1]
        return port


def is_free(host: str, port: int) -> bool:
    """Tell whether a port can be listened on now."""
    try:
        bound(host, port).close()
    except OSError:
        return False
    return True
