"""A file tells what was paid of it, and what the bank refused, without a look at its billings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cobranca.payments.service import count_settled_uploads
from tests.support.people import debt_id, run
from tests.support.returns import DAY, Line, file_of, paid, send_return

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources


async def told(client: httpx.AsyncClient) -> list[Any]:
    """Return what the only file tells, as itself and in the list."""
    (listed,) = (await client.get("/billings/csv/uploads")).json()["records"]
    alone = (await client.get(f"/billings/csv/uploads/{listed['id']}")).json()
    assert alone == listed
    return [listed["paid"], listed["paid_cents"], listed["refused"], listed["statuses"]["ISSUED"]]


async def test_paid_in_part_too_much_and_refused_are_told_after_a_sweep(
    resources: Resources, client: httpx.AsyncClient
) -> None:
    assert await told(client) == [0, 0, 0, 3]
    part = Line(number=2, paid=400)
    refused = Line(number=3, occurrence="03", reasons="11")
    await send_return(client, file_of(paid(1, 1000), part, refused))
    # Null is no lie; what was posted is told once it is counted.
    assert await told(client) == [None, None, None, 3]
    assert await count_settled_uploads(resources.database) == 1
    assert await told(client) == [1, 1400, 1, 3]
    assert await count_settled_uploads(resources.database) == 0

    by_hand = await client.post(f"/billings/{debt_id(2)}/settle", json={"reason": "na mão"})
    assert by_hand.status_code == 200, by_hand.text
    entered = Line(number=3, occurrence="02", on=DAY + timedelta(1))
    await send_return(client, file_of(entered, sequence=2))
    assert await count_settled_uploads(resources.database) == 1
    assert await told(client) == [2, 2000, 0, 3]
    assert await run(resources, "SELECT id FROM upload_settled_change") == []


async def test_what_is_posted_while_a_file_is_counted_is_counted_with_the_next_sweep(
    resources: Resources, client: httpx.AsyncClient
) -> None:
    await send_return(client, file_of(paid(1, 1000)))
    async with resources.database.transaction() as connection:
        # Posted, and not committed when the sweep looks.
        await connection.execute(
            "INSERT INTO upload_settled_change (upload_id) SELECT id FROM upload"
        )
        await connection.execute(
            "INSERT INTO settlement (billing_id, paid_cents, extra_cents, deducted_cents,"
            " overpaid_cents, receivable_cents, cash_cents, fees_cents, known_at, state,"
            " unanswered) SELECT id, 500, 0, 0, 0, 500, 500, 0, now(), 1, 0 FROM billing"
            " WHERE debt_id = %s",
            [debt_id(2)],
        )
        assert await count_settled_uploads(resources.database) == 1
        assert (await told(client))[:2] == [1, 1000]
    assert await count_settled_uploads(resources.database) == 1
    assert (await told(client))[:2] == [1, 1500]
