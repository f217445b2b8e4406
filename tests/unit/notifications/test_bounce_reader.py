"""A message may kill the process that reads it, and nobody else: the next one is read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from cobranca.domain.errors import Transient
from cobranca.domain.mail_reply import Fault
from cobranca.notifications.bounce_child import to_json
from cobranca.notifications.bounce_reader import WAITING_MAX, BounceReader, _from_json
from cobranca.notifications.bounce_report import Kind, read_notice

BOUNCES = Path(__file__).parent / "bounces"
GOOD = (BOUNCES / "postfix_unknown_user.eml").read_bytes()
CHILD = "tests.support.stranger_child"
LONG_S = 60.0


@asynccontextmanager
async def opened(
    *, child: str = CHILD, seconds_max: float = LONG_S
) -> AsyncGenerator[BounceReader]:
    reader = BounceReader(child=child, seconds_max=seconds_max)
    try:
        yield reader
    finally:
        await reader.aclose()


@pytest.mark.parametrize("path", sorted(BOUNCES.iterdir()), ids=lambda path: path.stem)
def test_a_notice_comes_back_as_it_was(path: Path) -> None:
    notice = read_notice(path.read_bytes())
    assert _from_json(to_json(notice)) == notice


async def test_messages_are_read_one_after_another_by_one_process() -> None:
    async with opened(child="cobranca.notifications.bounce_child") as reader:
        notices = await asyncio.gather(*(reader.read(GOOD) for _ in range(WAITING_MAX)))
        assert {notice.fault for notice in notices} == {Fault.RECIPIENT}
        first = pid_of(reader)
        await reader.read(b"")
        assert pid_of(reader) == first
    assert not psutil.pid_exists(first)


@pytest.mark.parametrize("message", [b"die", b"raise", b"take memory", b"write a file", b"talk"])
async def test_the_process_dies_of_a_message_and_the_next_one_is_read(message: bytes) -> None:
    async with opened() as reader:
        bad = await reader.read(message)
        assert (bad.kind, bad.mails) == (Kind.UNKNOWN, ())
        assert bad.detail == "the process that read it died"
        assert (await reader.read(GOOD)).fault is Fault.RECIPIENT


async def test_a_message_that_takes_too_long_is_passed_over() -> None:
    async with opened(seconds_max=0.5) as reader:
        first = asyncio.create_task(reader.read(b"hang"))
        bad = await first
        assert (bad.kind, bad.detail) == (Kind.UNKNOWN, "it could not be read in 0.5 s")
        reader._seconds_max = LONG_S
        assert (await reader.read(GOOD)).fault is Fault.RECIPIENT


async def test_who_comes_while_too_many_wait_is_turned_away() -> None:
    async with opened(seconds_max=LONG_S) as reader:
        waiting = [asyncio.create_task(reader.read(b"hang")) for _ in range(WAITING_MAX)]
        await asyncio.sleep(0)
        with pytest.raises(Transient) as refused:
            await reader.read(GOOD)
        assert refused.value.code == "BOUNCES_BUSY"
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert (await reader.read(GOOD)).fault is Fault.RECIPIENT


async def test_a_caller_who_leaves_leaves_no_answer_behind() -> None:
    """The answer to a message that nobody waits for any more is not taken for the next one's."""
    async with opened() as reader:
        await reader.read(GOOD)
        leaving = asyncio.create_task(reader.read(b"hang"))
        await asyncio.sleep(0)  # It has its turn, and its message is on the way.
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        assert (await reader.read(b"From: a@b\n\nhello")).kind is Kind.UNKNOWN
        assert (await reader.read(GOOD)).fault is Fault.RECIPIENT


async def test_the_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://user:secret@example.com")
    monkeypatch.setenv("COBRANCA_API_KEY", "a-key-that-is-long-enough")
    async with opened() as reader:
        names = (await reader.read(b"secrets")).detail.split()
    assert "PATH" in names
    assert not {"SMTP_URL", "COBRANCA_API_KEY", "DATABASE_URL"} & set(names)


async def test_no_process_is_told_as_something_that_passes() -> None:
    async with opened(child="cobranca.there_is_no_such_module") as reader:
        with pytest.raises(Transient):
            await reader.read(GOOD)


def pid_of(reader: BounceReader) -> int:
    assert reader._process is not None
    return reader._process.pid
