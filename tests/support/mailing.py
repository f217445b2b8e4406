"""What tests of mail by SMTP have in common: an upload that is ready to be mailed, and waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from cobranca.boletos.service import issue_batch
from cobranca.domain.billing import BatchState
from cobranca.infra.resources import Resources
from cobranca.notifications.service import Notifier
from cobranca.pipeline import lease
from tests.support.factories import add_upload


class WithSmtp(Protocol):
    """Opens resources that send to a sink's port, with some settings changed."""

    def __call__(self, port: int, **changes: object) -> AbstractAsyncContextManager[Resources]:
        """Return the resources while they are open."""
        ...


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something is so; the test's own time-out bounds it."""
    for _ in range(3000):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came to hold")


async def issued(resources: Resources, rows: int) -> dict[str, Any]:
    """Return an upload of one batch that has its boletos."""
    upload = await add_upload(resources, rows=rows, batch_rows=rows, mail="smtp")
    await issue_batch(resources, upload["batch_ids"][0])
    return upload


async def end_pauses(resources: Resources, *, after_s: float = 0.0) -> None:
    """Let batches that were laid by be tried again at once, as if so much time had passed."""
    async with resources.database.transaction() as c:
        await c.execute(
            "UPDATE batch SET not_before = now(),"
            " first_mailed_at = first_mailed_at - make_interval(secs => %s)"
            " WHERE not_before IS NOT NULL",
            [after_s],
        )
        await c.execute(
            "UPDATE notification_attempt SET at = at - make_interval(secs => %s)"
            " WHERE state = 'UNCERTAIN'",
            [after_s],
        )


async def rows_of(resources: Resources, query: str) -> list[dict[str, Any]]:
    """Return what a query finds."""
    async with resources.database.transaction() as c:
        return await (await c.execute(query)).fetchall()  # pyright: ignore[reportArgumentType]


async def overtake(resources: Resources, batch_id: int, when: Callable[[], bool]) -> None:
    """Let a sender lose its batch to another one in the middle, as if it had died."""
    first = asyncio.create_task(Notifier(resources).notify_batch(batch_id))
    await eventually(when)
    async with resources.database.transaction() as c:
        await c.execute("UPDATE batch SET lease_until = now() - interval '1 second'")
        assert await lease.claim(c, batch_id, BatchState.NOTIFYING, lease_s=0.01)
    await asyncio.sleep(0.05)
    second = Notifier(resources)
    await second.notify_batch(batch_id)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await second.aclose()
