"""Batches of the version before, whose leases were columns of their own, go on with new code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.notifications.service import Notifier
from cobranca.uploads.service import adopt_uploads, finish_ended_uploads
from tests.support.factories import add_upload, statuses
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


async def test_batches_that_nobody_holds_are_taken_over_where_they_stand(
    resources: Resources,
) -> None:
    upload = await add_upload(resources, rows=7, batch_rows=1)
    waiting, issuing, dead, issued, notifying, done, stopped = upload["batch_ids"]
    await _as_before(resources, upload)
    await _set(resources, waiting, "attempts = 2, not_before = '2030-01-01Z', last_error = 'x'")
    await _set(resources, issuing, "state = 'ISSUING', fence = 4, lease_until = 'infinity'")
    await _set(
        resources, dead, "state = 'ISSUING', fence = 5, lease_until = now() - '1 s'::interval"
    )
    await _set(resources, issued, "state = 'ISSUED', fence = 6, issued_at = now()")
    notifying_was = "state = 'NOTIFYING', fence = 7, lease_until = '2020-01-01Z'"
    await _set(resources, notifying, f"{notifying_was}, issued_at = now()")
    await _set(resources, done, "state = 'NOTIFIED', issued_at = now()")
    await _set(resources, stopped, "state = 'STOPPED', last_error = 'no numbers left'")

    await adopt_uploads(resources.database)
    await adopt_uploads(resources.database)

    assert await _work(resources) == {
        (waiting, "issue"): ("READY", 0, 2, "x"),
        (dead, "issue"): ("READY", 5, 0, None),
        (issued, "issue"): ("DONE", 6, 0, None),
        (issued, "notify"): ("READY", 6, 0, None),
        (notifying, "issue"): ("DONE", 7, 0, None),
        (notifying, "notify"): ("READY", 7, 0, None),
        (done, "issue"): ("DONE", 0, 0, None),
        (done, "notify"): ("DONE", 0, 0, None),
        (stopped, "issue"): ("STOPPED", 0, 0, "no numbers left"),
    }


async def test_what_an_old_worker_holds_follows_when_its_lease_ends(resources: Resources) -> None:
    upload = await add_upload(resources, rows=1)
    (batch,) = upload["batch_ids"]
    await _as_before(resources, upload)
    await _set(resources, batch, "state = 'ISSUING', fence = 1, lease_until = 'infinity'")
    await adopt_uploads(resources.database)
    assert await _work(resources) == {}

    await _set(resources, batch, "lease_until = '2020-01-01Z'")
    await adopt_uploads(resources.database)

    assert await _work(resources) == {(batch, "issue"): ("READY", 1, 0, None)}


async def test_a_file_of_the_version_before_is_worked_to_its_end(resources: Resources) -> None:
    upload = await add_upload(resources, rows=10, batch_rows=5)
    await _as_before(resources, upload)
    await adopt_uploads(resources.database)

    notifier = Notifier(resources)
    for _ in range(2):
        await issue_batch(resources)
    for _ in range(2):
        await notify_batch(resources, notifier)
    await finish_ended_uploads(resources.database)

    assert await statuses(resources, upload["id"]) == {"SENT": 10}
    async with resources.database.transaction() as c:
        row = await (
            await c.execute(
                "SELECT finished_at, status FROM upload u, LATERAL"
                " (SELECT DISTINCT state AS status FROM batch_state"
                " WHERE upload_id = u.id) s"
            )
        ).fetchone()
    assert row
    assert row["finished_at"] is not None
    assert row["status"] == "NOTIFIED"


async def _as_before(resources: Resources, upload: dict[str, Any]) -> None:
    """Make an upload's batches those of the version before."""
    async with resources.database.transaction() as c:
        await c.execute("DELETE FROM work")
        await c.execute("UPDATE upload SET work_group_id = NULL WHERE id = %s", [upload["id"]])
        await c.execute("UPDATE batch SET not_before = NULL")


async def _set(resources: Resources, batch_id: int, values: str) -> None:
    async with resources.database.transaction() as c:
        await c.execute(f"UPDATE batch SET {values} WHERE id = %s", [batch_id])  # type: ignore[arg-type]  # noqa: S608


async def _work(resources: Resources) -> dict[tuple[int, str], tuple[str, int, int, str | None]]:
    async with resources.database.transaction() as c:
        rows = await (await c.execute("SELECT * FROM work")).fetchall()
    return {
        (row["subject_id"], row["kind"]): (
            row["state"],
            row["fence"],
            row["attempts"],
            row["last_error"],
        )
        for row in rows
    }
