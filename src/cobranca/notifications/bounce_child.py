"""Reads strangers' messages in a process of its own, started by `bounce_reader`; has no secrets.

It takes a length and a message from standard input, and writes a length and a notice as JSON to
standard output, until the input ends. What it may use of memory, time, files and processes is
bounded by the system; past a bound it dies, and its parent passes the message over.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
import time

from cobranca.notifications.bounce_report import Notice, read_notice

#: Address space, which counts more than what is used.
MEMORY_BYTES_MAX = 512 * 1024 * 1024
#: Of processor time for one message; a parent that is gone cannot end this process.
CPU_S_MAX = 10
_FILES_MAX = 16


def to_json(notice: Notice) -> bytes:
    """Return a notice as one JSON object."""
    return json.dumps(
        {
            "kind": notice.kind,
            "mails": [[str(mail.debt_id), mail.domain, mail.message] for mail in notice.mails],
            "recipients": sorted(notice.recipients),
            "status": notice.status,
            "category": notice.category,
            "fault": notice.fault,
            "detail": notice.detail,
        }
    ).encode()


def main() -> None:
    """Answer for each message until the input ends."""
    _bound(resource.RLIMIT_AS, MEMORY_BYTES_MAX)
    _bound(resource.RLIMIT_FSIZE, 0)
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_NOFILE, _FILES_MAX)
    source = sys.stdin.buffer
    _write(b"ready")
    while len(head := source.read(4)) == 4:
        _bound(resource.RLIMIT_CPU, int(time.process_time()) + CPU_S_MAX, hard=False)
        content = source.read(int.from_bytes(head))
        _write(to_json(read_notice(content)))


def _write(answer: bytes) -> None:
    sys.stdout.buffer.write(len(answer).to_bytes(4) + answer)
    sys.stdout.buffer.flush()


def _bound(what: int, limit: int, *, hard: bool = True) -> None:
    """Set a bound where the system knows it, and never above one that is set already."""
    with contextlib.suppress(ValueError, OSError):
        _, most = resource.getrlimit(what)
        least = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(what, (least, least if hard else most))


if __name__ == "__main__":
    main()
