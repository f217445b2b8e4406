"""Does the work of webhooks in the test's own process, and writes facts that they tell."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cobranca.pipeline.kinds import Kinds
from cobranca.pipeline.poll import poll
from cobranca.webhooks.handlers import TELL_ENDPOINT
from cobranca.webhooks.telling import tell_endpoint

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources

KINDS = Kinds([TELL_ENDPOINT])

SENT = "INSERT INTO notification (billing_id, at, attempts, state) VALUES (%s, now(), 1, 'SENT')"
REGISTERED = "INSERT INTO registration (billing_id, state, at) VALUES (%s, 'REGISTERED', now())"
REFUSED = (
    "INSERT INTO registration (billing_id, state, at, reasons)"
    " VALUES (%s, 'REJECTED', now(), '{03,AB}')"
)
BOUNCED = (
    "INSERT INTO bounce (billing_id, upload_id, suppressed, status, detail)"
    " VALUES (%s, 1, true, '5.1.1', 'ana@example.com unknown')"
)
PAID = (
    "INSERT INTO payment (billing_id, told_by, paid_cents, extra_cents, deducted_cents, told_at,"
    " line, paid_on, teller) VALUES (%s, 1, 1000, 0, 0, clock_timestamp(), 2, '2026-08-12', 1)"
)
REVERSED = (
    "INSERT INTO payment_reversal (billing_id, teller, told_by, line, amount_cents, reversed_on)"
    " VALUES (%s, 1, 2, 2, 1000, '2026-08-13')"
)


async def run(resources: Resources, statement: str, *values: object) -> list[dict[str, Any]]:
    """Run a statement in a transaction of its own; return its rows."""
    async with resources.database.transaction() as connection:
        cursor = await connection.execute(statement, values or None)  # type: ignore[arg-type]
        return await cursor.fetchall() if cursor.description else []


async def hurry(resources: Resources) -> None:
    """Let every pause end now."""
    await run(resources, "UPDATE work SET not_before = NULL")
    await run(resources, "UPDATE webhook_delivery SET not_before = now() WHERE state = 'PENDING'")


async def turn(resources: Resources) -> bool:
    """Give the endpoint whose turn it is its turn."""
    await hurry(resources)
    return await poll(resources, KINDS, TELL_ENDPOINT, partial(tell_endpoint, resources))


async def log_of(client: httpx.AsyncClient, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    """Return an endpoint's log, oldest first."""
    answer = await client.get(f"/webhooks/{webhook['webhook_id']}/deliveries")
    assert answer.status_code == 200, answer.text
    return answer.json()["records"][::-1]
