"""One connection of the SMTP server for tests: what the client says, and what is answered."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import math
import re
import socket
import struct
from typing import TYPE_CHECKING, Literal

from tests.support.smtp_script import Answer, Stage

if TYPE_CHECKING:
    from tests.support.smtp_sink import SmtpSink

_PATH = re.compile(rb"<([^>]*)>")
_CONTENT_END = b"\r\n.\r\n"


class SmtpSession(asyncio.Protocol):
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
