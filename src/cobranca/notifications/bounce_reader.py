"""Gives strangers' messages to a process of its own, which may die of them and takes nobody along.

One process, one message at a time, with a bound on its time; who comes while too many wait is
turned away. A message that the process does not survive is told as such, and never tried again.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cobranca.domain.errors import Transient
from cobranca.domain.mail_reply import Category, Fault
from cobranca.infra.telemetry import BounceUnreadable, emit
from cobranca.notifications import bounce_child
from cobranca.notifications.bounce_report import Kind, Notice, SentMail

if TYPE_CHECKING:
    from asyncio.subprocess import Process

#: For a message, and for the process to begin.
SECONDS_MAX = 5.0
_START_S = 60.0
_END_S = 5.0
#: Messages that wait for the one before them; each is held in memory.
WAITING_MAX = 8
_ANSWER_BYTES_MAX = 256 * 1024
#: What the process needs of the environment. Passwords and keys are in the rest of it.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR")


class BounceReader:
    """Reads messages one at a time; made in the event loop that uses it."""

    def __init__(
        self, *, child: str = bounce_child.__name__, seconds_max: float = SECONDS_MAX
    ) -> None:
        """Start nothing yet.

        Args:
            child: the module that is run as the process.
            seconds_max: what a message may take.
        """
        self._child = child
        self._seconds_max = seconds_max
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._process: Process | None = None

    async def read(self, content: bytes) -> Notice:
        """Read a message; UNKNOWN, with the reason as its detail, when it cannot be read.

        Raises:
            Transient: too many wait already, or no process can be started now.
        """
        if self._waiting >= WAITING_MAX:
            raise Transient("Many messages wait to be read; again later", code="BOUNCES_BUSY")
        self._waiting += 1
        try:
            async with self._turn:
                return await self._read(content)
        finally:
            self._waiting -= 1

    async def aclose(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await process.wait()

    async def _read(self, content: bytes) -> Notice:
        process = await self._running()
        try:
            async with asyncio.timeout(self._seconds_max):
                return _from_json(await _exchange(process, content))
        except TimeoutError:
            detail = f"it could not be read in {self._seconds_max:g} s"
        except (EOFError, ConnectionError, ValueError):
            # A bound of the system's ended the process.
            detail = "the process that read it died"
        except BaseException:
            # What it still answers would be taken for the answer to the next message.
            await self.aclose()
            raise
        emit(BounceUnreadable(size_bytes=len(content), reason=detail))
        await self.aclose()
        return Notice(kind=Kind.UNKNOWN, detail=detail)

    async def _running(self) -> Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._child,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=environment,
            )
            async with asyncio.timeout(_START_S):
                await _answer(self._process)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            await self.aclose()
            raise Transient("No process can be started that reads the message") from error
        except BaseException:
            await self.aclose()
            raise
        return self._process


async def _exchange(process: Process, content: bytes) -> bytes:
    if process.stdin is None:
        raise EOFError
    process.stdin.write(len(content).to_bytes(4) + content)
    await process.stdin.drain()
    return await _answer(process)


async def _answer(process: Process) -> bytes:
    if process.stdout is None:
        raise EOFError
    length = int.from_bytes(await process.stdout.readexactly(4))
    if length > _ANSWER_BYTES_MAX:
        raise ValueError("an answer that is too long")
    return await process.stdout.readexactly(length)


def _from_json(answer: bytes) -> Notice:
    fields: dict[str, Any] = json.loads(answer)
    return Notice(
        kind=Kind(fields["kind"]),
        mails=tuple(
            SentMail(debt_id=UUID(debt_id), domain=domain, message=message)
            for debt_id, domain, message in fields["mails"]
        ),
        recipients=frozenset(fields["recipients"]),
        status=fields["status"],
        category=Category(fields["category"]),
        fault=Fault(fields["fault"]),
        detail=fields["detail"],
    )
