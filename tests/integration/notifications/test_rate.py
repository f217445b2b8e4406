"""The bound on mails a second: shared by all workers, never over by more than one per cent."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from bisect import bisect_left
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cobranca.domain.events import WorkReady
from cobranca.infra.db import Database
from cobranca.infra.mailer.rate import MailRate
from cobranca.notifications.service import Notifier
from tests.support.factories import statuses
from tests.support.mailing import WithSmtp, eventually, issued, rows_of
from tests.support.smtp_sink import SmtpSink, read_log
from tests.support.stamping_sink import StampingSink
from tests.support.works import notify_batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

#: For what takes some seconds on an idle machine.
PATIENCE_S = 120


def most_in_a_second(times_s: Sequence[float]) -> int:
    """Return how many of these instants the fullest second holds, wherever it begins."""
    ordered = sorted(times_s)
    return max(bisect_left(ordered, at + 1) - place for place, at in enumerate(ordered))


async def worker(url: str, mails: int, *, per_second: float, takers: int) -> list[float]:
    """Be a worker with connections of its own, whose takers hand over so many mails together.

    Return an instant for each mail. How long it takes is the machine's affair.
    """
    taken: list[float] = []

    async def take(rate: MailRate) -> None:
        while len(taken) < mails:
            turn = await rate.approach()
            for _ in range(max(1, int(per_second / 100))):
                await turn()
                taken.append(time.monotonic())

    database = Database(url, connections_max=4, name="test")
    await database.open()
    try:
        rate = MailRate(database, per_second)
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(take(rate) for _ in range(takers)))
    finally:
        await database.close()
    return taken


@pytest.mark.parametrize("per_second", [10, 100, 1000])
async def test_three_workers_together_keep_to_the_limit(database_url: str, per_second: int) -> None:
    mails = per_second
    workers = [worker(database_url, mails, per_second=per_second, takers=1) for _ in range(3)]
    taken = [at for times in await asyncio.gather(*workers) for at in times]
    assert most_in_a_second(taken) <= per_second * 1.01
    assert len(taken) >= 3 * mails


async def test_what_piled_up_behind_a_stall_does_not_leave_at_once(database_url: str) -> None:
    """Twelve takers wait for their slots while the process hangs for a fifth of a second."""

    async def stall() -> None:
        while True:
            await asyncio.sleep(1.3)
            time.sleep(0.2)  # noqa: ASYNC251 - the stall is the point.

    stalling = asyncio.create_task(stall())
    taken = await worker(database_url, 300, per_second=100, takers=12)
    stalling.cancel()
    assert most_in_a_second(taken) <= 101
    assert len(taken) >= 300


async def test_nothing_is_saved_up_while_no_mail_leaves(database_url: str) -> None:
    database = Database(database_url, connections_max=4, name="test")
    await database.open()
    try:
        rate = MailRate(database, 50)
        await rate.take()
        await asyncio.sleep(1.5)
        started_s = time.monotonic()
        await asyncio.gather(*(rate.take() for _ in range(26)))
        assert time.monotonic() - started_s >= 25 / 50
    finally:
        await database.close()


async def test_three_processes_keep_to_the_limit_on_the_wire(resources: Resources) -> None:
    """Every second, wherever it begins, by the instants at which the kernel took each envelope."""
    per_second = 300
    mails = 3 * per_second
    uploads = [await issued(resources, mails // 3) for _ in range(3)]
    with StampingSink() as sink, contextlib.ExitStack() as workers:
        for _ in uploads:
            workers.enter_context(worker_process(resources.settings, sink.port, per_second))
        # Told often: a worker that starts late must have a batch too.
        async with asyncio.timeout(PATIENCE_S):
            while await waiting(resources):
                await resources.bus.publish(WorkReady(kind="notify") for _ in uploads)
                await asyncio.sleep(0.2)
        for upload in uploads:
            assert await statuses(resources, upload["id"]) == {"SENT": mails // 3}
    assert len(sink.stamps_s) == mails
    assert most_in_a_second(sink.stamps_s) <= per_second * 1.01


async def waiting(resources: Resources) -> bool:
    """Whether a batch is left that has not been notified."""
    return bool(await rows_of(resources, "SELECT FROM batch_state WHERE state <> 'NOTIFIED'"))


@contextlib.contextmanager
def worker_process(settings: Settings, port: int, per_second: int) -> Iterator[None]:
    """Run a notifier of its own process against a sink."""
    environment = os.environ | {
        "COBRANCA_DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": str(settings.database_url),
        "NATS_URL": str(settings.nats_url),
        "SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=false",
        "COBRANCA_MAIL_PER_SECOND": str(per_second),
    }
    command = [sys.executable, "-m", "cobranca.worker", "--role", "notifier"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()


async def test_mails_of_two_workers_leave_no_faster_than_allowed(
    with_smtp: WithSmtp, tmp_path: Path
) -> None:
    log = tmp_path / "sink.jsonl"
    async with (
        SmtpSink(log=log) as sink,
        with_smtp(sink.port, mail_per_second=40.0) as resources,
    ):
        uploads = [await issued(resources, 50) for _ in range(2)]
        notifiers = [Notifier(resources) for _ in uploads]
        started_s = time.monotonic()
        await asyncio.gather(
            *(
                notify_batch(resources, notifier)
                for notifier, upload in zip(notifiers, uploads, strict=True)
            )
        )
        took_s = time.monotonic() - started_s
        for notifier, upload in zip(notifiers, uploads, strict=True):
            await notifier.aclose()
            assert await statuses(resources, upload["id"]) == {"SENT": 50}
    assert len(read_log(log)) == 100
    assert took_s >= 99 / 40


async def test_what_waits_for_its_slot_is_not_in_doubt(with_smtp: WithSmtp, tmp_path: Path) -> None:
    """A sender that dies while it waits, as this one, has handed over one mail of three."""
    log = tmp_path / "sink.jsonl"
    async with (
        SmtpSink(log=log) as sink,
        with_smtp(sink.port, mail_per_second=0.1) as resources,
    ):
        upload = await issued(resources, 3)
        notifier = Notifier(resources)
        waiting = asyncio.create_task(notify_batch(resources, notifier))
        await eventually(lambda: len(read_log(log)) == 1)
        # The next slot is ten seconds away: until then the first one's answer has been noted.
        for _ in range(3000):
            if await statuses(resources, upload["id"]) == {"SENT": 1, "ISSUED": 2}:
                break
            await asyncio.sleep(0.02)
        assert await statuses(resources, upload["id"]) == {"SENT": 1, "ISSUED": 2}
        assert await rows_of(resources, "SELECT chunk FROM mail_in_flight") == []
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await notifier.aclose()
