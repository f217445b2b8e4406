"""What the bank says of registrations: facts, and the work that waits for them.

Return files tell them. The latest of a billing holds; one that is told twice is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cobranca.infra.db import fetch_all
from cobranca.infra.sql import load_queries
from cobranca.pipeline import groups

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from cobranca.infra.db import Connection

QUERIES = load_queries("cobranca.pipeline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """The bank's word on the entry of one billing."""

    billing_id: int
    state: Literal["REGISTERED", "REJECTED"]
    #: When it happened at the bank.
    at: datetime
    #: The bank's codes of why.
    reasons: tuple[str, ...] = ()


async def record_registrations(
    connection: Connection,
    told: Sequence[Registration],
    *,
    beneficiary_id: int,
    wakes: Collection[str] = (),
) -> int:
    """Write down what a bank says, some thousand at a time; return how much of it is new.

    Args:
        connection: of the transaction in which it was read.
        told: about billings of one beneficiary; others' are passed over.
        beneficiary_id: whose they are.
        wakes: the kinds of work on batches that wait for it.
    """
    rows = await fetch_all(
        connection,
        QUERIES["add_registrations"],
        beneficiary_id=beneficiary_id,
        billing_ids=[each.billing_id for each in told],
        states=[each.state for each in told],
        ats=[each.at for each in told],
        reasons=[" ".join(each.reasons) for each in told],
    )
    if rows and wakes:
        ids = [row["billing_id"] for row in rows]
        batches = await fetch_all(connection, QUERIES["find_batches_of"], billing_ids=ids)
        for kind in wakes:
            await groups.restart(connection, kind, [row["id"] for row in batches])
    return len(rows)
