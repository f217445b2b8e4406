"""Which facts become events: read in the order of their times, up to where all can be seen.

A payment that a second teller confirms is no second payment, and is not told again.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from cobranca.domain.ledger import Teller, payments_of
from cobranca.domain.ledger.facts import Telling
from cobranca.domain.webhook import event_id
from cobranca.webhooks import repository
from cobranca.webhooks.repository import NewDelivery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.infra.db import Connection
    from cobranca.webhooks.repository import EndpointRow, FactRow, TellingRow

_PAID: Final = "billing.paid"
_ID_MAX: Final = 2**63 - 1


async def gather(
    connection: Connection, endpoint: EndpointRow, *, settle_s: float, rows_max: int
) -> bool:
    """Let the next facts wait as deliveries; return whether there may be more of them now."""
    until = await repository.read_horizon(connection, settle_s=settle_s)
    if until <= endpoint.gathered_at:
        return False
    facts = await repository.gather(connection, endpoint, until=until, rows_max=rows_max)
    await repository.add_deliveries(
        connection, endpoint.id, await _new(connection, endpoint, facts)
    )
    more = len(facts) >= rows_max
    await repository.note_gathered(
        connection,
        endpoint.id,
        at=facts[-1].at if more else until,
        billing_id=facts[-1].billing_id if more else _ID_MAX,
    )
    return more


async def _new(
    connection: Connection, endpoint: EndpointRow, facts: Sequence[FactRow]
) -> list[NewDelivery]:
    wanted = [fact for fact in facts if fact.debt_id and fact.type in endpoint.events]
    paid = {fact.billing_id for fact in wanted if fact.type == _PAID}
    confirming = _confirming(await repository.read_tellings(connection, list(paid))) if paid else ()
    return [
        NewDelivery(
            event_id=event_id(fact.fact),
            type=fact.type,
            billing_id=fact.billing_id,
            debt_id=fact.debt_id,
            happened_at=fact.at,
            data=_data(fact),
        )
        for fact in wanted
        if fact.debt_id and fact.fact not in confirming
    ]


def _confirming(rows: Sequence[TellingRow]) -> set[str]:
    """Name the tellings of payments that somebody else had told of before."""
    told: dict[int, list[Telling]] = defaultdict(list)
    for row in rows:
        told[row.billing_id].append(
            Telling(
                key=f"paid/{row.billing_id}/{row.teller}/{row.told_by}/{row.line}",
                teller=Teller(row.teller),
                paid_on=row.paid_on,
                paid_cents=row.paid_cents,
                told_at=row.told_at,
            )
        )
    return {
        telling.key
        for tellings in told.values()
        for payment in payments_of(tellings, ()).all
        for telling in sorted(payment.tellings, key=lambda each: (each.told_at, each.key))[1:]
    }


def _data(fact: FactRow) -> dict[str, Any]:
    """Say it by ids, cents, days and words; who the payer is, the API tells to who has its key."""
    return {
        "amount_cents": fact.amount_cents,
        "due_date": fact.due_date,
        "status": fact.status,
        "upload_id": fact.upload_public_id,
        "paid_in_all_cents": fact.paid_in_all_cents,
        **{name: value for name, value in fact.said.items() if value is not None},
    }
