"""The process that reads strangers' messages, with messages that do to it what a bug might."""

from __future__ import annotations

import os
import tempfile

from cobranca.domain.errors import CobrancaError
from cobranca.notifications import bounce_child
from cobranca.notifications.bounce_report import Kind, Notice, read_notice

GIB = 1024 * 1024 * 1024


def misread(content: bytes) -> Notice:
    """Do what the message says, and read any other."""
    if content == b"hang":
        while True:
            pass
    if content == b"die":
        os._exit(1)
    if content == b"raise":
        raise CobrancaError("a bug")
    if content == b"take memory":
        bytearray(GIB)
    if content == b"write a file":
        with tempfile.TemporaryFile() as file:
            file.write(b"x")
            file.flush()
    if content == b"talk":
        os.write(1, b"\xff\xff\xff\xff")
    if content == b"secrets":
        return Notice(kind=Kind.UNKNOWN, detail=" ".join(sorted(os.environ)))
    return read_notice(content)


if __name__ == "__main__":
    bounce_child.read_notice = misread
    bounce_child.main()
