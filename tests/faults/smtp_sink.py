"""An SMTP server for tests: it keeps its own fsynced log, and can be told to fail at any stage.

Without rules it accepts everything. Each accepted message is one JSON line in the log, on disk
before the answer leaves, so that a test can count from outside what truly arrived:

    {"message_id": "<...>", "recipient": "...", "sender": "...", "size": 7000, "count": 1}

`count` is how often this Message-ID has been accepted for this recipient, restarts included.
In a test: `async with SmtpSink(log=path, rules=[...]) as sink: sink.port`. As a process:
`python -m tests.faults.smtp_sink --port 2525 --log sink.jsonl`.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import math
import os
import re
import signal
import socket
import ssl
import struct
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.faults.smtp_script import Answer, Rule, Stage

__all__ = ["Answer", "Received", "Rule", "SmtpSink", "Stage", "read_log"]

_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]*>)", re.IGNORECASE | re.MULTILINE)
_PATH = re.compile(rb"<([^>]*)>")
_CONTENT_END = b"\r\n.\r\n"


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
    sessions: set[_Session] = field(default_factory=set)
    keys: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    _unflushed: list[tuple[bytes, _Session, Answer]] = field(default_factory=list)
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
            lambda: _Session(self),
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

    async def wait_for_connections(self, count: int, timeout_s: float = 10) -> None:
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

    def accept(self, session: _Session, content: bytes, answer: Answer) -> None:
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


class _Session(asyncio.Protocol):
    """One connection. Input waits while an answer is pending, so that order is kept."""

    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink
        self.sender = ""
        self.recipients: list[str] = []
        self._has_sender = False
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._in_content = False
        self._scanned = 0
        self._busy = False
        self._advancing = False
        self._replies = bytearray()
        self._closed = False
        self._dialogue: list[str] = []
        self._after_reply: Literal["", "content", "tls"] = ""
        self._timer: asyncio.TimerHandle | None = None
        self._tls_task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(type(transport))
        upgraded = self._transport is not None
        self._transport = transport
        if upgraded:
            return
        sink = self.sink
        sink.sessions.add(self)
        sink.count_connection(1)
        self._answer("connect", b"", "220 sink ESMTP")

    def connection_lost(self, exc: Exception | None) -> None:
        if self._closed:
            return
        self._closed = True
        self.sink.sessions.discard(self)
        self.sink.count_connection(-1)
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._advance()

    def die(self, *, reset: bool) -> None:
        """Close the connection, with a reset when asked, so that nothing more is sent."""
        if self._transport is None:
            return
        if reset:
            raw = self._transport.get_extra_info("socket")
            with contextlib.suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._transport.abort()
        else:
            self._transport.close()
        self._busy = True

    def perform(self, answer: Answer) -> None:
        """Do what the answer says, after its delay."""
        if answer.delay_s == math.inf:
            return
        if answer.delay_s > 0:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(answer.delay_s, self._perform_now, answer)
        else:
            self._perform_now(answer)

    def _perform_now(self, answer: Answer) -> None:
        if self._closed or self._transport is None:
            return
        after, self._after_reply = self._after_reply, ""
        if answer.reply is not None:
            # Written at once when more commands are waiting, as servers that pipeline do.
            self._replies += _lines(answer.reply)
            if after == "content" and answer.reply.startswith("3"):
                self._in_content, self._scanned = True, 0
            if after == "tls" and answer.reply.startswith("2"):
                self._write_replies()
                self._tls_task = asyncio.get_running_loop().create_task(self._start_tls())
                return
        if answer.then != "stay":
            self._write_replies()
            self.die(reset=answer.then == "reset")
            return
        self._busy = False
        if not self._advancing:
            self._advance()

    def _write_replies(self) -> None:
        if self._replies and self._transport is not None and not self._closed:
            self._transport.write(bytes(self._replies))
            self._replies.clear()

    async def _start_tls(self) -> None:
        loop = asyncio.get_running_loop()
        if self._transport is None or self.sink.tls is None:
            return
        try:
            upgraded = await loop.start_tls(self._transport, self, self.sink.tls, server_side=True)
        except OSError:  # The client did not trust the certificate, and left.
            return
        self._transport = upgraded
        self._busy = False
        self._advance()

    def _answer(self, stage: Stage, subject: bytes, usual: str) -> None:
        self._busy = True
        self.perform(self.sink.find_rule(stage, subject) or Answer(reply=usual))

    def _advance(self) -> None:
        self._advancing = True
        self._take_input()
        self._advancing = False
        self._write_replies()

    def _take_input(self) -> None:
        while not self._busy and not self._closed:
            if self._in_content:
                if not self._take_content():
                    return
            else:
                end = self._buffer.find(b"\n")
                if end < 0:
                    return
                line = bytes(self._buffer[:end]).rstrip(b"\r")
                del self._buffer[: end + 1]
                self._take_line(line)

    def _take_content(self) -> bool:
        early = self.sink.find_rule("body", b"", len(self._buffer)) if self.sink.rules else None
        if early is not None:
            self._busy = True
            self.perform(early)
            return False
        buffer = self._buffer
        if buffer.startswith(b".\r\n"):
            content, end = b"", 3
        else:
            place = buffer.find(_CONTENT_END, max(0, self._scanned - 4))
            if place < 0:
                self._scanned = len(buffer)
                return False
            content, end = bytes(buffer[: place + 2]), place + 5
        del buffer[:end]
        self._in_content = False
        if content.startswith(b"."):
            content = content[1:]
        content = content.replace(b"\r\n.", b"\r\n")
        self._busy = True
        usual = Answer(reply="250 2.0.0 accepted" if self.recipients else "554 5.5.1 no recipient")
        answer = self.sink.find_rule("dot", content) or usual
        accepted = answer.accept
        if accepted is None:
            accepted = (answer.reply or "").startswith("2")
        known = self.sink.known(content) if accepted else None
        if known is not None:
            self.perform(known)
        elif accepted and self.recipients:
            self.sink.accept(self, content, answer)
        else:
            self.perform(answer)
        self._end_transaction()
        return True

    def _end_transaction(self) -> None:
        self.sender, self.recipients, self._has_sender = "", [], False

    def _take_line(self, line: bytes) -> None:
        self.sink.note(line)
        if self._dialogue:
            self._login_step(line)
            return
        verb = line[:4].upper()
        if verb == b"MAIL":
            self._take_sender(line)
        elif verb == b"RCPT":
            self._take_recipient(line)
        elif verb == b"DATA":
            self._after_reply = "content"
            usual = "354 go ahead" if self.recipients else "554 5.5.1 no valid recipients"
            self._answer("data", line, usual)
        elif verb == b"RSET":
            self._end_transaction()
            self._answer("rset", line, "250 2.0.0 ok")
        else:
            self._take_session_command(verb, line)

    def _take_sender(self, line: bytes) -> None:
        usual = "503 5.5.1 nested MAIL" if self._has_sender else "250 2.1.0 ok"
        answer = self.sink.find_rule("mail", line) or Answer(reply=usual)
        if (answer.reply or "").startswith("2"):
            found = _PATH.search(line)
            self.sender = found[1].decode() if found else ""
            self._has_sender = True
        self._busy = True
        self.perform(answer)

    def _take_recipient(self, line: bytes) -> None:
        usual = "250 2.1.5 ok" if self._has_sender else "503 5.5.1 MAIL first"
        answer = self.sink.find_rule("rcpt", line) or Answer(reply=usual)
        if (answer.reply or "").startswith("2"):
            found = _PATH.search(line)
            self.recipients.append(found[1].decode() if found else "")
        self._busy = True
        self.perform(answer)

    def _take_session_command(self, verb: bytes, line: bytes) -> None:
        if verb == b"EHLO":
            self._answer("ehlo", line, "\n".join(["250 sink", *self._offers()]))
        elif verb == b"HELO":
            self._answer("ehlo", line, "250 sink")
        elif verb == b"STAR" and self.sink.tls is not None:
            self._after_reply = "tls"
            self._buffer.clear()
            self._answer("starttls", line, "220 2.0.0 go ahead")
        elif verb == b"AUTH":
            self._take_auth(line)
        elif verb == b"QUIT":
            self._busy = True
            usual = Answer(reply="221 2.0.0 bye", then="close")
            self.perform(self.sink.find_rule("quit", line) or usual)
        elif verb == b"NOOP":
            self._answer("rset", line, "250 2.0.0 ok")
        else:
            self._answer("rset", line, "502 5.5.1 no such command")

    def _offers(self) -> list[str]:
        offers = [f"250 {name}" for name in self.sink.extensions]
        encrypted = self._transport is not None and self._transport.get_extra_info("sslcontext")
        if self.sink.tls is not None and not encrypted:
            offers.append("250 STARTTLS")
        if self.sink.credentials is not None:
            offers.append("250 AUTH PLAIN LOGIN")
        return offers

    def _take_auth(self, line: bytes) -> None:
        words = line.split()
        if words[1:2] == [b"PLAIN"] and len(words) == 3:
            _, user, password = base64.b64decode(words[2]).decode().split("\0")
            self._judge(line, user, password)
        elif words[1:2] == [b"LOGIN"]:
            self._dialogue = ["LOGIN"]
            self._answer("auth", line, "334 VXNlcm5hbWU6")
        else:
            self._answer("auth", line, "504 5.5.4 mechanism unknown")

    def _login_step(self, line: bytes) -> None:
        self._dialogue.append(base64.b64decode(line).decode())
        if len(self._dialogue) == 2:
            self._answer("auth", b"", "334 UGFzc3dvcmQ6")
            return
        _, user, password = self._dialogue
        self._dialogue = []
        self._judge(b"", user, password)

    def _judge(self, line: bytes, user: str, password: str) -> None:
        right = self.sink.credentials == (user, password)
        self._answer("auth", line, "235 2.7.0 ok" if right else "535 5.7.8 wrong credentials")


def _lines(reply: str) -> bytes:
    """Return the reply as it stands on the wire: all lines but the last have a hyphen.

    A reply with CRLF in it is written as it is.
    """
    if "\r\n" in reply:
        return f"{reply}\r\n".encode()
    lines = reply.split("\n")
    code = lines[0][:3]
    texts = [line[4:] if line[:3] == code else line for line in lines]
    marked = [f"{code}-{text}" for text in texts[:-1]] + [f"{code} {texts[-1]}"]
    return "".join(f"{line}\r\n" for line in marked).encode()


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
