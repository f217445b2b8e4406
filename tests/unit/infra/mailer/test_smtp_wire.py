"""Lines, replies and what was never written, without a network."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cobranca.infra.mailer.smtp_config import SmtpConfig
from cobranca.infra.mailer.smtp_session import Letter, SmtpSession, redact
from cobranca.infra.mailer.smtp_wire import ConnectionLostError, Wire

LETTER = Letter(sender="a@x.example", recipient="b@x.example", content=b"Subject: s\r\n\r\n.\r\n")


class Pipe(asyncio.Transport):
    """A transport whose other end is the test."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.aborted = False

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert high == 0

    def abort(self) -> None:
        self.aborted = True


def connected() -> tuple[Wire, Pipe]:
    wire, pipe = Wire(), Pipe()
    wire.connection_made(pipe)
    return wire, pipe


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
async def test_replies_come_in_order_however_the_bytes_arrive(step: int) -> None:
    wire, _ = connected()
    stream = b"250-first\r\n250 second\r\n354\r\n550 5.1.1 no\r\n250 \xc3\xa9 \xff\n"
    for start in range(0, len(stream), step):
        wire.data_received(stream[start : start + step])
    replies = [await wire.reply(1) for _ in range(4)]
    assert [(reply.code, reply.text) for reply in replies] == [
        (250, "first\nsecond"),
        (354, ""),
        (550, "5.1.1 no"),
        (250, "é \ufffd"),
    ]
    assert replies[2].enhanced_code == "5.1.1"
    assert replies[0].enhanced_code is None
    assert wire.quiet


@pytest.mark.parametrize(
    "noise",
    [
        b"HTTP/1.1 200 OK\r\n",
        b"\r\n",
        b"25x a\r\n",
        b"250_a\r\n",
        b"x" * 9000,
        b"250-a\r\n" * 300,
        b"250 a\r\n" * 300,
    ],
)
async def test_what_is_no_smtp_ends_the_connection(noise: bytes) -> None:
    wire, pipe = connected()
    wire.data_received(noise)
    assert wire.lost
    assert pipe.aborted


async def test_nothing_is_written_before_somebody_waits_and_then_at_once() -> None:
    wire, pipe = connected()
    wire.queue(b"MAIL\r\n")
    wire.queue(b"RCPT\r\n")
    assert pipe.written == b""
    wire.data_received(b"250 a\r\n")
    await wire.reply(1)
    assert pipe.written == b"MAIL\r\nRCPT\r\n"


async def test_answer_that_does_not_come_ends_the_connection() -> None:
    wire, pipe = connected()
    with pytest.raises(ConnectionLostError, match="no answer in time"):
        await wire.reply(0.01)
    assert pipe.aborted


async def test_replies_before_the_end_are_still_read() -> None:
    wire, _ = connected()
    wire.data_received(b"250 a\r\n")
    wire.connection_lost(None)
    assert (await wire.reply(1)).text == "a"
    with pytest.raises(ConnectionLostError, match="closed by the server"):
        await wire.reply(1)


async def test_bytes_that_the_kernel_has_not_taken_are_waited_for() -> None:
    wire, _ = connected()
    wire.queue(b"content")
    wire.pause_writing()
    waiting = asyncio.create_task(wire.drain(5))
    await asyncio.sleep(0)
    assert not waiting.done()
    wire.resume_writing()
    await waiting
    wire.queue(b"content")
    wire.pause_writing()
    with pytest.raises(ConnectionLostError, match="not taken in time"):
        await wire.drain(0.01)


async def test_mail_whose_dot_was_never_written_is_not_in_doubt() -> None:
    wire, pipe = connected()
    session = SmtpSession(wire, SmtpConfig.from_url("smtp://x"), {"PIPELINING": ""})
    wire.data_received(b"250 a\r\n250 b\r\n354 go\r\n")
    wire.connection_lost(ConnectionResetError())
    progress = await session.send([LETTER])
    assert progress.outcomes == [None]
    assert pipe.written == b""


async def test_lines_that_begin_with_a_dot_are_stuffed_and_the_end_is_one_dot() -> None:
    wire, pipe = connected()
    session = SmtpSession(wire, SmtpConfig.from_url("smtp://x"), {"PIPELINING": ""})
    content = b".first\r\n\r\n..two\r\n.\r\nno end of line"
    letter = Letter(sender="a@x.example", recipient="b@x.example", content=content)
    wire.data_received(b"250 a\r\n250 b\r\n354 go\r\n250 ok\r\n")
    await session.send([letter])
    body = pipe.written.partition(b"DATA\r\n")[2]
    assert body == b"..first\r\n\r\n...two\r\n..\r\nno end of line\r\n.\r\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("5.1.1 <maria@x.example>: no", "5.1.1 [address] no"),
        ("user MARIA unknown", "user [address] unknown"),
        ("other@y.example and\nmaria", "[address] and [address]"),
        ("2.0.0 queued as 4F1", "2.0.0 queued as 4F1"),
        ("a" * 500, "a" * 200),
    ],
)
def test_detail_is_short_and_tells_no_address(text: str, told: str) -> None:
    assert redact(text, "maria@x.example") == told


def test_short_local_part_does_not_blacken_every_word() -> None:
    assert redact("a mailbox of a is unavailable", "a@x.example") == (
        "[address] mailbox of [address] is unavailable"
    )
