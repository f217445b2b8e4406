"""Named places where a process can be made to die, for tests of what a death leaves behind.

Nothing happens unless COBRANCA_CRASHPOINT is set when the process starts, to one or more of
`<name>:<action>:<token file>` with commas between them. A process that comes to the point acts if
it manages to remove the token file; so one process does, once, and the next start does not die
again. The actions:

    kill    SIGKILL to itself, as when a machine loses its power
    raise   an exception that nobody expects
    stop    SIGSTOP to itself, as when a machine hangs; SIGCONT lets it go on
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLE = "COBRANCA_CRASHPOINT"

#: Every point, in the order in which a file comes to them. A name says what has been done.
Point = Literal[
    "upload-stored",
    "rows-copied",
    "rejects-mended",
    "upload-committed",
    "issue-claimed",
    "pdfs-rendered",
    "pdfs-stored",
    "boletos-written",
    "boletos-committed",
    "notify-claimed",
    "mails-noted",
    "mails-answered",
    "mails-settled",
    "batch-notified",
    "mails-set-again",
    "job-part-written",
    "job-part-committed",
    "job-file-written",
    "job-file-stored",
    "job-file-committed",
    "upload-finished",
    "batches-searchable",
    "register-claimed",
    "remittance-stored",
    "remittance-frozen",
    "remittance-committed",
    "remittance-delivered",
    "return-stored",
    "return-posted",
    "return-work-posted",
    "webhooks-answered",
    "stalled-found",
    "purge-begun",
    "objects-removed",
    "batch-deleted",
    "file-removed",
]
Action = Literal["kill", "raise", "stop"]

POINTS: frozenset[str] = frozenset(get_args(Point))
ACTIONS: frozenset[str] = frozenset(get_args(Action))

_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class CrashError(Exception):
    """Stands for a bug; nothing catches it by name."""


def armed(text: str) -> Callable[[Point], None]:
    """Return what is called at the points, for a value of COBRANCA_CRASHPOINT.

    Raises:
        ValueError: there is no such point or action, or no token file is named.
    """
    if not text:
        return _pass
    actions: dict[str, list[tuple[str, str]]] = {}
    for part in text.split(","):
        name, action, token = [*part.split(":", 2), "", ""][:3]
        if name not in POINTS or action not in ACTIONS or not token:
            raise ValueError(f"{VARIABLE}: {part!r} is no <point>:<action>:<token file>")
        actions.setdefault(name, []).append((action, token))

    def act(name: Point) -> None:
        for action, token in actions.get(name, ()):
            try:
                os.unlink(token)  # noqa: PTH108 - the same atomic call, spelt out.
            except FileNotFoundError:
                continue
            if action == "raise":
                raise CrashError(name)
            os.kill(os.getpid(), _SIGNALS[action])

    return act


def _pass(_name: Point, /) -> None:
    """Do nothing: no test has armed this process."""


#: Call it with a point's name where the point is. Bound once, so that it costs a bare call.
crashpoint = armed(os.environ.get(VARIABLE, ""))
