"""An SMTP server for tests: it keeps its own fsynced log, and can be told to fail at any stage.

Without rules it accepts everything. Each accepted message is one JSON line in the log, on disk
before the answer leaves, so that a test can count from outside what truly arrived:

    {"message_id": "<...>", "recipient": "...", "sender": "...", "size": 7000, "count": 1}

`count` is how often this Message-ID has been accepted for this recipient, restarts included.
In a test: `async with SmtpSink(log=path, rules=[...]) as sink: sink.port`. As a process:
`python -m tests.support.smtp_sink --port 2525 --log sink.jsonl`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import ssl
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.smtp_script import Answer, Rule, Stage
from tests.support.smtp_session import SmtpSession

__all__ = ["Answer", "Received", "Rule", "SmtpSink", "Stage", "read_log"]

_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]*>)", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class Received:
    """One accepted message, kept in memory when the sink is told to."""

    sender: str
    recipients: list[str]
    content: bytes


@dataclass(slots=True, kw_only=True)
class SmtpSink:
    """The server. It listens on the loopback address between `start` and `stop`."""

    log: Path | None = None
    rules: Sequence[Rule] = ()
    port: int = 0
    host: str = "127.0.0.1"
    fsync: bool = True
    keep: bool = False
    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES")
    #: Offers STARTTLS, or speaks TLS at once when `implicit_tls`.
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    #: User and password that AUTH PLAIN and LOGIN accept.
    credentials: tuple[str, str] | None = None
    #: A provider's field for keys: what has a known key is answered for as taken, and not taken
    #: again; other content with a known key is refused.
    idempotency_header: str | None = None

    received: list[Received] = field(default_factory=list[Received])
    counts: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    #: Command lines as they came, DATA content aside; only with `keep`.
    commands: list[bytes] = field(default_factory=list[bytes])
    connections_opened: int = 0
    connections_open: int = 0
    connections_peak: int = 0
    accepted: int = 0
    _used: Counter[int] = field(default_factory=Counter[int])
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    sessions: set[SmtpSession] = field(default_factory=set[SmtpSession])
    keys: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    _unflushed: list[tuple[bytes, SmtpSession, Answer]] = field(
        default_factory=list[tuple[bytes, SmtpSession, Answer]]
    )
    _log_descriptor: int = -1

    async def __aenter__(self) -> SmtpSink:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Open the log, count what it holds, and listen."""
        if self.log is not None:
            self._read_log(self.log)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            self._log_descriptor = os.open(self.log, flags, 0o600)
        self._server = await asyncio.get_running_loop().create_server(
            lambda: SmtpSession(self),
            self.host,
            self.port,
            ssl=self.tls if self.implicit_tls else None,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cut every connection and stop listening; what was accepted stays in the log."""
        if self._server is not None:
            self._server.close()
        for session in list(self.sessions):
            session.die(reset=True)
        if self._log_descriptor >= 0:
            os.close(self._log_descriptor)
            self._log_descriptor = -1
        await asyncio.sleep(0)

    async def wait_for_connections(self, count: int, timeout_s: float = 60) -> None:
        """Wait until exactly so many connections are open."""
        async with asyncio.timeout(timeout_s):
            while self.connections_open != count:
                self._changed.clear()
                await self._changed.wait()

    def count_connection(self, change: int) -> None:
        """Note that a connection was opened (1) or has ended (-1)."""
        self.connections_open += change
        self.connections_opened += max(change, 0)
        self.connections_peak = max(self.connections_peak, self.connections_open)
        self._changed.set()

    def note(self, line: bytes) -> None:
        """Remember a command line; a long-running process does not, lest its memory grow."""
        if self.keep:
            self.commands.append(line)

    def find_rule(self, stage: Stage, subject: bytes, size: int = 0) -> Answer | None:
        """Return the answer that a rule has for this moment, and count its use."""
        for number, rule in enumerate(self.rules):
            if rule.stage != stage or rule.containing not in subject or size < rule.after_bytes:
                continue
            used = self._used[number]
            if rule.times is not None and used >= rule.skip + rule.times:
                continue
            self._used[number] += 1
            if used >= rule.skip:
                return rule.answer
        return None

    def known(self, content: bytes) -> Answer | None:
        """Return the answer to a message whose key was there before; remember a new key."""
        if self.idempotency_header is None:
            return None
        mark = re.compile(rf"(?im)^{self.idempotency_header}: ([^\r\n]+)".encode())
        found = mark.search(content)
        if found is None:
            return None
        before = self.keys.setdefault(found[1], content)
        if before is content:
            return None
        reply = "250 2.0.0 taken before" if before == content else "550 5.6.0 other content"
        return Answer(reply=reply)

    def accept(self, session: SmtpSession, content: bytes, answer: Answer) -> None:
        """Log a message; the answer follows when it is on disk, together with others' messages."""
        found = _MESSAGE_ID.search(content)
        name = found[1].decode() if found else ""
        lines = bytearray()
        for recipient in session.recipients:
            self.counts[name, recipient] += 1
            record = {
                "message_id": name,
                "recipient": recipient,
                "sender": session.sender,
                "size": len(content),
                "count": self.counts[name, recipient],
            }
            lines += json.dumps(record, separators=(",", ":")).encode() + b"\n"
        if self.keep:
            self.received.append(
                Received(
                    sender=session.sender, recipients=list(session.recipients), content=content
                )
            )
        self.accepted += 1
        if not self._unflushed:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unflushed.append((bytes(lines), session, answer))

    def _flush(self) -> None:
        """Make everything accepted in this turn durable with one fsync, then answer it all."""
        waiting, self._unflushed = self._unflushed, []
        if self._log_descriptor >= 0:
            os.write(self._log_descriptor, b"".join(lines for lines, _, _ in waiting))
            if self.fsync:
                os.fsync(self._log_descriptor)
        for _, session, answer in waiting:
            session.perform(answer)

    def _read_log(self, path: Path) -> None:
        for record in read_log(path):
            self.counts[str(record["message_id"]), str(record["recipient"])] += 1


def read_log(path: Path) -> list[dict[str, object]]:
    """Return the records of a log; a last line that was cut off by a kill is left out."""
    if not path.exists():
        return []
    whole, _, _ = path.read_bytes().rpartition(b"\n")
    return [json.loads(line) for line in whole.splitlines()]


async def _serve(host: str, port: int, log: Path | None, *, fsync: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with SmtpSink(log=log, host=host, port=port, fsync=fsync) as sink:
        sys.stdout.write(f"{sink.port}\n")
        sys.stdout.flush()
        await stopping.wait()
        sys.stdout.write(f"{sink.accepted}\n")


def main() -> None:
    """Serve until SIGTERM; the first line of the output is the port."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, default=None)
    parser.add_argument("--no-fsync", action="store_true", help="for speed tests only")
    arguments = parser.parse_args()
    asyncio.run(_serve(arguments.host, arguments.port, arguments.log, fsync=not arguments.no_fsync))


if __name__ == "__main__":
    main()
