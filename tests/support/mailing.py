"""What tests of mail by SMTP have in common: an upload that is ready to be mailed, and waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from cobranca.infra.resources import Resources
from cobranca.notifications.handlers import NOTIFY
from cobranca.notifications.service import Notifier
from tests.support.factories import add_upload
from tests.support.works import claim, issue_batch, notify_batch


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
    await issue_batch(resources)
    return upload


async def end_pauses(resources: Resources, *, after_s: float = 0.0) -> None:
    """Let batches that were laid by be tried again at once, as if so much time had passed."""
    async with resources.database.transaction() as c:
        await c.execute(
            "WITH due AS (UPDATE work SET not_before = now() WHERE not_before IS NOT NULL"
            " RETURNING subject_id)"
            " UPDATE batch SET first_mailed_at = first_mailed_at - make_interval(secs => %(s)s),"
            " retry_from = retry_from - make_interval(secs => %(s)s)"
            " WHERE id IN (SELECT subject_id FROM due)",
            {"s": after_s},
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


async def overtake(resources: Resources, when: Callable[[], bool]) -> None:
    """Let a sender lose its batch to another one in the middle, as if it had died."""
    first = asyncio.create_task(notify_batch(resources, Notifier(resources)))
    await eventually(when)
    async with resources.database.transaction() as c:
        await c.execute(
            "UPDATE work SET lease_until = now() - interval '1 second' WHERE state = 'WORKING'"
        )
        assert await claim(c, NOTIFY, lease_s=0.01)
    await asyncio.sleep(0.05)
    second = Notifier(resources)
    await notify_batch(resources, second)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await second.aclose()
