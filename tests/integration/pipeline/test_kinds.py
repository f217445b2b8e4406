"""A further kind of work is an entry of the registry and its service; the pipeline is as before."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from cobranca.boletos.handlers import ISSUE
from cobranca.domain.errors import Permanent, StaleFence, Transient
from cobranca.domain.events import WorkEnded, WorkReady
from cobranca.notifications.handlers import NOTIFY
from cobranca.pipeline import groups, lease
from cobranca.pipeline.kinds import Kind, Kinds
from cobranca.pipeline.poll import poll
from cobranca.scheduler import sweep
from cobranca.uploads.service import pause_upload, resume_upload, retry_upload
from cobranca.worker import queues_of
from tests.support.factories import add_upload, statuses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cobranca.infra.resources import Resources
    from cobranca.pipeline.kinds import Run
    from cobranca.pipeline.lease import Work


class Register:
    """The service of a third kind: it notes what it has done, when it is let."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.fault: Exception | None = None

    def prepare(self, resources: Resources) -> Run:
        return partial(self.work, resources)

    async def work(self, resources: Resources, work: Work) -> None:
        if self.fault is not None:
            raise self.fault
        async with resources.database.transaction() as connection:
            await lease.lock(connection, work)
            await lease.finish(connection, work)
        self.done.append(work.subject_id)


@pytest.fixture
def service() -> Register:
    return Register()


@pytest.fixture
def kinds(service: Register) -> Kinds:
    """Return the line with a third kind behind the second, and one whose subject is no batch."""
    return Kinds(
        [
            ISSUE,
            NOTIFY,
            Kind(name="register", role="registrar", after="notify", prepare=service.prepare),
            Kind(name="read_return", role="registrar", prepare=service.prepare),
        ]
    )


def kind_of(kinds: Kinds, name: str) -> Kind:
    return next(kind for kind in kinds if kind.name == name)


async def do_all(resources: Resources, kinds: Kinds) -> None:
    """Do what there is, as a worker of every role would."""
    queues = queues_of(resources, kinds, kinds.roles())
    while any([await queue.poll() for queue in queues]):
        pass


async def states(resources: Resources, kind: str) -> list[tuple[str, int]]:
    async with resources.database.transaction() as c:
        rows = await (
            await c.execute(
                "SELECT state, attempts FROM work WHERE kind = %s ORDER BY subject_id", [kind]
            )
        ).fetchall()
    return [(row["state"], row["attempts"]) for row in rows]


async def test_a_third_kind_follows_the_line_on_the_same_batches(
    resources: Resources, kinds: Kinds, service: Register
) -> None:
    upload = await add_upload(resources, rows=30, batch_rows=10)
    await do_all(resources, kinds)
    assert service.done == upload["batch_ids"]
    assert await statuses(resources, upload["id"]) == {"SENT": 30}
    async with resources.database.transaction() as c:
        row = await (await c.execute("SELECT finished_at FROM upload")).fetchone()
    assert row
    assert row["finished_at"] is not None


async def test_a_file_has_not_ended_before_its_third_kind_has(
    resources: Resources, kinds: Kinds, service: Register
) -> None:
    await add_upload(resources)
    service.fault = Transient("the bank does not answer")
    await do_all(resources, kinds)
    assert await states(resources, "register") == [("READY", 0)]
    async with resources.database.transaction() as c:
        row = await (await c.execute("SELECT finished_at FROM upload")).fetchone()
    assert row == {"finished_at": None}


async def test_its_subject_may_be_anything_with_an_id(
    resources: Resources, kinds: Kinds, service: Register
) -> None:
    async with resources.database.transaction() as c:
        group_id = await groups.open_group(c)
        await groups.add_work(c, group_id, "read_return", [2**40, 7])
        await groups.add_work(c, group_id, "read_return", [7])
    await do_all(resources, kinds)
    assert sorted(service.done) == [7, 2**40]


async def test_it_is_leased_fenced_and_taken_over(resources: Resources, kinds: Kinds) -> None:
    kind = kind_of(kinds, "read_return")
    async with resources.database.transaction() as c:
        await groups.add_work(c, await groups.open_group(c), kind.name, [1])
    async with resources.database.transaction() as c:
        zombie = await lease.claim(c, kind.name, lease_s=0.01)
    async with resources.database.transaction() as c:
        assert await lease.claim(c, "register", lease_s=60) is None
    await asyncio.sleep(0.05)
    async with resources.database.transaction() as c:
        heir = await lease.claim(c, kind.name, lease_s=60)
    assert zombie is not None
    assert heir is not None
    assert heir.fence == zombie.fence + 1
    with pytest.raises(StaleFence):
        async with resources.database.transaction() as c:
            await lease.lock(c, zombie)


async def test_it_stops_is_restarted_by_a_person_paused_and_resumed(
    resources: Resources, kinds: Kinds, service: Register
) -> None:
    upload = await add_upload(resources)
    service.fault = Permanent("the bank knows no such account")
    await do_all(resources, kinds)
    assert await states(resources, "register") == [("STOPPED", 1)]
    service.fault = None
    assert await retry_upload(resources.database, resources.bus, 1, upload["public_id"]) == 1
    await pause_upload(resources.database, 1, upload["public_id"])
    await do_all(resources, kinds)
    assert service.done == []
    await resume_upload(resources.database, resources.bus, 1, upload["public_id"])
    await do_all(resources, kinds)
    assert service.done == upload["batch_ids"]


async def test_the_sweep_publishes_it_and_its_end_is_told(
    resources: Resources, kinds: Kinds, service: Register
) -> None:
    told: list[object] = []

    async def publish(events: Iterable[object]) -> int:
        told.extend(events)
        return len(told)

    object.__setattr__(resources.bus, "publish", publish)
    kind = kind_of(kinds, "read_return")
    async with resources.database.transaction() as c:
        group_id = await groups.open_group(c)
        await groups.add_work(c, group_id, kind.name, [1])
        await c.execute("UPDATE work SET updated_at = now() - interval '2 minutes'")
    assert await sweep(resources, idle_s=60) == 1
    assert told == [WorkReady(kind="read_return")]
    told.clear()
    assert await poll(resources, kinds, kind, kind.prepare(resources))
    assert told == [WorkEnded(group_id=group_id)]


async def test_a_group_of_another_kind_takes_turns_with_a_large_file(
    resources: Resources, kinds: Kinds
) -> None:
    kind = kind_of(kinds, "read_return")
    async with resources.database.transaction() as c:
        large, small = await groups.open_group(c), await groups.open_group(c)
        await groups.add_work(c, large, kind.name, range(100))
        await groups.add_work(c, small, kind.name, [1000])
    taken: list[int] = []
    for _ in range(3):
        async with resources.database.transaction() as c:
            work = await lease.claim(c, kind.name, lease_s=60)
        assert work is not None
        taken.append(work.group_id)
    assert taken.count(small) == 1


def test_a_registry_in_which_something_is_missing_or_double_is_refused(service: Register) -> None:
    one = Kind(name="one", role="r", prepare=service.prepare)
    with pytest.raises(ValueError, match="same name"):
        Kinds([one, one])
    with pytest.raises(ValueError, match="follows"):
        Kinds([Kind(name="two", role="r", after="none", prepare=service.prepare)])
