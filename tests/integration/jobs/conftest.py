"""Files in which every status is there, and how they are made what they were."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.integration.billings.test_filter import client as client  # noqa: PLC0414
from tests.integration.billings.test_filter import told as told  # noqa: PLC0414

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources

#: What a job may change.
_CHANGED = ("notification", "bounce", "billing_removal", "mail_resend", "billing_mail", "batch")

_SAY_MORE = (
    "INSERT INTO suppressed_address (beneficiary_id, email, reason)"
    " SELECT beneficiary_id, lower(email), 'refused' FROM billing WHERE id % 6 = 1"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO settlement SELECT id, 1, 0, 0, 0, 0, 1, 0, now(), 1 + id % 3, 0 FROM billing"
    " WHERE id % 8 = 3",
    "INSERT INTO upload_settled SELECT DISTINCT b.upload_id FROM settlement s"
    " JOIN billing b ON b.id = s.billing_id",
    "UPDATE billing SET email = '' WHERE id % 23 = 2",
    "UPDATE notification SET at = now() - interval '1 day'",
)


@pytest.fixture
async def as_before(
    told: list[dict[str, Any]], resources: Resources, client: httpx.AsyncClient
) -> Callable[[], Awaitable[list[dict[str, Any]]]]:
    """Return what makes all facts what they were, and tells them."""
    del told, client
    async with resources.database.transaction() as c:
        for query in _SAY_MORE:
            await c.execute(query)  # pyright: ignore
        for table in _CHANGED:
            await c.execute(f"CREATE TABLE was_{table} AS TABLE {table}")  # pyright: ignore

    async def restore() -> list[dict[str, Any]]:
        async with resources.database.transaction() as c:
            for table in _CHANGED:
                if table != "batch":
                    await c.execute(f"TRUNCATE {table}")  # pyright: ignore
                    await c.execute(f"INSERT INTO {table} TABLE was_{table}")  # pyright: ignore
            await c.execute(
                "UPDATE batch b SET sent = w.sent, failed = w.failed, uncertain = w.uncertain,"
                " sent_before = w.sent_before FROM was_batch w WHERE w.id = b.id"
            )
            return list(await (await c.execute(TOLD)).fetchall())

    return restore


#: Billings with the facts that decide what an act does to them.
TOLD = """
SELECT s.*, x.billing_id IS NOT NULL AS bounced, n.billing_id IS NOT NULL AS told, t.state AS money,
       EXISTS (SELECT FROM suppressed_address a WHERE a.email = lower(s.email)) AS suppressed,
       COALESCE((SELECT count(*) FROM mail_resend m WHERE m.billing_id = s.id), 0) AS resent
  FROM billing_status s
  LEFT JOIN bounce x ON x.billing_id = s.id
  LEFT JOIN notification n ON n.billing_id = s.id
  LEFT JOIN settlement t ON t.billing_id = s.id
 ORDER BY s.upload_id DESC, s.id
"""
