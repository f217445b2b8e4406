"""Settlements are what the facts make, however they came: made again, they are the same."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.ledger import Facts, Teller, Telling, money_state, totals_of
from cobranca.infra.clock import now
from cobranca.payments.settling import STATES, first_payments, settle
from tests.integration.payments.test_money import call_of, tell
from tests.support.people import debt_id, run
from tests.support.returns import DAY, file_of, paid, send_return

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources


@given(
    rows=st.lists(
        st.tuples(*(st.integers(low, 300) for low in (1, 1, 0, 0, 0))), min_size=1, max_size=20
    )
)
def test_first_payments_in_columns_are_those_of_the_domain(rows: list[tuple[int, ...]]) -> None:
    columns = [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)]
    made = first_payments(*columns)
    for place, (title, cents, extra, deducted, net) in enumerate(rows):
        telling = Telling(
            key="a",
            teller=Teller.BANK,
            paid_on=DAY,
            paid_cents=cents,
            told_at=now(),
            extra_cents=extra,
            deducted_cents=deducted,
            net_cents=net or None,
        )
        totals = totals_of(Facts(title_cents=title, tellings=(telling,)))
        found = tuple(
            int(getattr(made, name)[place])
            for name in (
                "paid_cents", "extra_cents", "deducted_cents", "overpaid_cents",
                "receivable_cents", "cash_cents", "fees_cents", "states",
            )
        )  # fmt: skip
        assert found == (
            totals.paid, totals.extra, totals.deducted, totals.overpaid, totals.receivable,
            totals.cash, totals.fees, STATES.index(money_state(totals)),
        )  # fmt: skip


async def settlements(resources: Resources) -> list[dict[str, Any]]:
    return await run(resources, "SELECT * FROM settlement ORDER BY billing_id")


async def test_settlements_are_made_again_of_the_facts(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    later = (DAY + timedelta(days=1)).isoformat()
    await tell(client, call_of(2, "4.00"), "a")
    first = file_of(paid(1, 1000, interest=7), paid(2, 1000, paid=400), paid(3, 1000, discount=100))
    await send_return(client, first)
    await tell(client, call_of(1, "10.07", later), "b")
    await send_return(client, file_of(paid(3, 1000, occurrence="69"), sequence=2))
    await client.post(f"/billings/{debt_id(2)}/settle", json={"reason": "the rest, in cash"})
    before = await settlements(resources)
    assert [row["state"] for row in before] == [2, 2, 2]
    await run(resources, "DELETE FROM settlement")
    async with resources.database.transaction() as connection:
        await settle(connection, [row["billing_id"] for row in before])
    assert await settlements(resources) == before
