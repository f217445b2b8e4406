"""The lease on a piece of work: claimed with a fence, renewed while worked, refused to who lost it.

Every kind of work stands on this; what it does with its subject is its own.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.domain.errors import Permanent, StaleFence, Transient
from cobranca.infra.db import Connection, Database, fetch_all, fetch_one, is_timeout
from cobranca.infra.sql import load_queries
from cobranca.infra.telemetry import WorkFailed, WorkTakenOver, emit
from cobranca.infra.tracing import span

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cobranca.infra.settings import Settings

QUERIES = load_queries("cobranca.pipeline")

#: First pause before failed work is tried again; doubled at each attempt, at most 16 times.
_RETRY_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A claimed piece of work, as it was at the claim."""

    id: int
    kind: str
    #: What it is done to: a batch, or whatever else the kind is about.
    subject_id: int
    group_id: int
    fence: int
    attempts: int
    traceparent: str | None
    #: The kinds that begin on the subject when this has ended.
    following: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StalledWork:
    """A piece of work that the sweep found with nobody at it."""

    id: int
    kind: str


async def claim(
    connection: Connection, kind: str, *, following: tuple[str, ...] = (), lease_s: float
) -> Work | None:
    """Take a piece of work of a kind, by its name; None when there is none to be had.

    Which one is decided here, so that groups share the workers fairly.
    """
    await connection.execute(QUERIES["take_turns"])
    free = await fetch_one(connection, QUERIES["find_fairest_work"], kind=kind)
    if free is None:
        return None
    row = await fetch_one(connection, QUERIES["claim_work"], work_id=free["id"], lease_s=lease_s)
    if row is None:
        return None
    turn = {"group_id": row["group_id"], "turns_of_next": free["turns_of_next"]}
    await connection.execute(QUERIES["count_turn"], turn)
    return Work(**row, following=following)


async def lock(connection: Connection, work: Work) -> None:
    """Lock the work until the transaction ends; every write of facts comes after this.

    Raises:
        StaleFence: another worker has taken it over.
    """
    row = await fetch_one(connection, QUERIES["lock_work"], work_id=work.id, fence=work.fence)
    if row is None:
        raise StaleFence


async def finish(connection: Connection, work: Work) -> None:
    """End the work, and begin what follows on its subject. The caller has locked it."""
    await connection.execute(QUERIES["finish_work"], {"work_id": work.id})
    if work.following:
        await connection.execute(
            QUERIES["add_following_work"],
            {
                "kinds": list(work.following),
                "subject_id": work.subject_id,
                "group_id": work.group_id,
            },
        )


async def lay_by(connection: Connection, work: Work, *, pause_s: float, reason: str | None) -> None:
    """Put the work off, which is no failure, and say why. The caller has locked it."""
    await connection.execute(
        QUERIES["lay_by_work"], {"work_id": work.id, "pause_s": pause_s, "reason": reason}
    )


async def stop(connection: Connection, work: Work, *, reason: str) -> None:
    """Let the work wait for a person, and say why. The caller has locked it."""
    await connection.execute(QUERIES["stop_work"], {"work_id": work.id, "reason": reason})


@asynccontextmanager
async def kept_lease(database: Database, work: Work, settings: Settings) -> AsyncGenerator[None]:
    """Renew the lease while the body works; on failure give the work back, or stop it."""
    with span(
        work.kind,
        parent=work.traceparent,
        work_id=work.id,
        subject_id=work.subject_id,
        attempt=work.attempts,
    ) as traced:
        renewal = asyncio.create_task(_renew(database, work, settings.lease_s))
        try:
            yield
        except StaleFence as error:
            traced.fail(error)
            emit(
                WorkTakenOver(
                    kind=work.kind, work_id=work.id, subject_id=work.subject_id, fence=work.fence
                )
            )
        except Exception as error:  # noqa: BLE001 - the outer loop of every kind of work.
            traced.fail(error)
            emit(
                WorkFailed(
                    kind=work.kind,
                    work_id=work.id,
                    subject_id=work.subject_id,
                    attempt=work.attempts,
                    error=error,
                )
            )
            await _release(database, work, settings, error)
        finally:
            renewal.cancel()


async def find_stalled(
    connection: Connection, *, idle_s: float, rows_max: int
) -> list[StalledWork]:
    """Return work that has stood still longer than `idle_s` seconds, or whose lease ran out."""
    return await fetch_all(
        connection, QUERIES["find_stalled_work"], row=StalledWork, idle_s=idle_s, rows_max=rows_max
    )


async def seconds_to_next_due(connection: Connection) -> float | None:
    """Return how long until the next lease or pause ends; None when nothing waits."""
    row = await fetch_one(connection, QUERIES["seconds_to_next_due"])
    return row["seconds"] if row else None


async def _renew(database: Database, work: Work, lease_s: float) -> None:
    while True:
        await asyncio.sleep(lease_s / 3)
        try:
            async with database.transaction() as connection:
                row = await fetch_one(
                    connection,
                    QUERIES["renew_lease"],
                    work_id=work.id,
                    fence=work.fence,
                    lease_s=lease_s,
                )
        except Transient:
            continue
        if row is None:
            return


async def _release(database: Database, work: Work, settings: Settings, error: Exception) -> None:
    # The text of an unexpected error may hold a payer's data; only our own errors speak to people.
    text = getattr(error, "detail", type(error).__name__)
    # An outage is no fault of the work: it counts as no attempt, however long it lasts. A query
    # that was cut off is none: it might be cut off for ever.
    passing = isinstance(error, Transient) and not is_timeout(error)
    used_up = not passing and work.attempts >= settings.attempts_max
    async with database.transaction() as connection:
        await fetch_one(
            connection,
            QUERIES["release_work"],
            work_id=work.id,
            fence=work.fence,
            permanent=used_up or isinstance(error, Permanent),
            attempts=work.attempts - passing,
            retry_s=_RETRY_S * 2 ** min(work.attempts, 4),
            error=f"{text}"[:500],
        )
