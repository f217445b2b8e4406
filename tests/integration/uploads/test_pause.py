"""Pause and resume of an upload: taken hold of within one batch, and nothing forgotten after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cobranca.domain.errors import Conflict, NotFound
from cobranca.notifications.service import Notifier
from cobranca.pipeline import lease
from cobranca.scheduler import sweep
from cobranca.uploads.service import pause_upload, remove_upload, resume_upload
from tests.support import works
from tests.support.api_client import api_client
from tests.support.factories import add_upload, statuses
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from cobranca.infra.resources import Resources
    from cobranca.pipeline.lease import Work


async def claim(resources: Resources, lease_s: float = 60) -> Work | None:
    """Claim a batch for issuing in a transaction of its own."""
    async with resources.database.transaction() as c:
        return await works.claim(c, lease_s=lease_s)


def listen(resources: Resources) -> list[Any]:
    """Keep the events instead of publishing them."""
    told: list[Any] = []

    async def publish(events: Iterable[object]) -> int:
        before = len(told)
        told.extend(events)
        return len(told) - before

    object.__setattr__(resources.bus, "publish", publish)
    return told


async def test_a_paused_upload_ends_what_is_in_hand_and_begins_nothing(
    resources: Resources,
) -> None:
    told = listen(resources)
    upload = await add_upload(resources, rows=30, batch_rows=10)
    _, second, third = upload["batch_ids"]
    await issue_batch(resources)
    in_hand = await claim(resources)
    assert in_hand is not None
    assert in_hand.subject_id == second

    await pause_upload(resources.database, upload["beneficiary_id"], upload["public_id"])

    async with resources.database.transaction() as c:
        await lease.lock(c, in_hand)
    assert await claim(resources) is None
    await notify_batch(resources, Notifier(resources))
    assert await statuses(resources, upload["id"]) == {"ISSUED": 10, "ACKNOWLEDGED": 20}

    told.clear()
    named = (upload["beneficiary_id"], upload["public_id"])
    assert await resume_upload(resources.database, resources.bus, *named) == 2
    assert sorted(event.kind for event in told) == ["issue", "notify"]
    await notify_batch(resources, Notifier(resources))
    begun = await claim(resources)
    assert begun is not None
    assert begun.subject_id == third


async def test_other_uploads_go_on_in_the_place_of_a_paused_one(resources: Resources) -> None:
    paused = await add_upload(resources, rows=20, batch_rows=10)
    other = await add_upload(resources, rows=10)
    await pause_upload(resources.database, paused["beneficiary_id"], paused["public_id"])
    work = await claim(resources)
    assert work is not None
    assert work.group_id == other["work_group_id"]
    assert await claim(resources) is None


async def test_the_sweep_is_silent_about_a_paused_upload(resources: Resources) -> None:
    told = listen(resources)
    upload = await add_upload(resources, rows=20, batch_rows=10)
    assert await claim(resources, lease_s=0.001) is not None
    await pause_upload(resources.database, upload["beneficiary_id"], upload["public_id"])
    async with resources.database.transaction() as c:
        await c.execute("UPDATE work SET updated_at = now() - interval '2 minutes'")
        assert await lease.seconds_to_next_due(c) is None
    assert await sweep(resources, idle_s=60) == 0
    await resume_upload(
        resources.database, resources.bus, upload["beneficiary_id"], upload["public_id"]
    )
    told.clear()
    assert await sweep(resources, idle_s=60) == 2


async def test_a_removal_ends_the_pause_so_that_the_batches_can_end(resources: Resources) -> None:
    upload = await add_upload(resources, rows=10)
    await pause_upload(resources.database, upload["beneficiary_id"], upload["public_id"])
    await remove_upload(resources.database, upload["beneficiary_id"], upload["public_id"])
    await issue_batch(resources)
    await notify_batch(resources, Notifier(resources))
    assert await _state(resources, upload["id"]) == "NOTIFIED"
    with pytest.raises(Conflict):
        await pause_upload(resources.database, upload["beneficiary_id"], upload["public_id"])


async def test_the_api_says_that_an_upload_is_paused(resources: Resources) -> None:
    upload = await add_upload(resources, rows=10)
    path = f"/billings/csv/uploads/{upload['public_id']}"
    async with api_client(resources.settings) as client:
        assert (await client.get(path)).json()["status"] == "ACKNOWLEDGED"
        for _ in range(2):
            assert (await client.post(f"{path}/pause")).status_code == 204
        shown = (await client.get(path)).json()
        assert shown["status"] == "PAUSED"
        assert shown["pausedat"] is not None
        assert (await client.get("/billings/csv/uploads")).json()["records"] == [shown]
        assert (await client.post(f"{path}/resume")).json() == {"batches": 1}
        shown = (await client.get(path)).json()
        assert (shown["status"], shown["pausedat"]) == ("ACKNOWLEDGED", None)
        unknown: UUID = upload["public_id"].__class__(int=7)
        for verb in ("pause", "resume"):
            answer = await client.post(f"/billings/csv/uploads/{unknown}/{verb}")
            assert answer.status_code == 404


async def test_an_upload_that_is_not_there_cannot_be_paused(resources: Resources) -> None:
    upload = await add_upload(resources)
    with pytest.raises(NotFound):
        await pause_upload(
            resources.database, upload["beneficiary_id"], upload["public_id"].__class__(int=7)
        )


async def _state(resources: Resources, upload_id: int) -> str:
    async with resources.database.transaction() as c:
        row = await (
            await c.execute("SELECT state FROM batch_state WHERE upload_id = %s", [upload_id])
        ).fetchone()
    assert row
    return row["state"]
