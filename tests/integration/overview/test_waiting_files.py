"""Files that wait for a person are told however many came since, each kind its own newest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.overview.period import service
from tests.integration.uploads.test_upload import client as client  # noqa: PLC0414
from tests.support.factories import add_upload

if TYPE_CHECKING:
    import httpx
    import pytest

    from cobranca.infra.resources import Resources

LATER = 60
_FAIL = """
INSERT INTO notification (billing_id, at, attempts, reply_code, state, detail)
SELECT first_billing_id + n, now(), 1, 550, %(state)s, NULL
  FROM batch, generate_series(0, %(mails)s - 1) n WHERE upload_id = %(id)s
"""
_COUNT = "UPDATE batch SET issued = 5, failed = %s, uncertain = %s WHERE upload_id = %s"
_LATER = """
INSERT INTO upload (beneficiary_id, profile_id, name, sha256, size_bytes, storage_path, mail,
                    records, accepted, rejected, finished_at)
SELECT beneficiary_id, profile_id, 'later-' || n, int4send(n), 1, 'x', mail, 6, 5, 1, now()
  FROM upload, generate_series(1, %s) n WHERE id = %s
"""


async def _file(resources: Resources, name: str, **columns: int) -> dict[str, Any]:
    upload = await add_upload(resources, rows=5)
    said = "".join(f", {column} = {value}" for column, value in columns.items())
    async with resources.database.transaction() as c:
        await c.execute(
            f"UPDATE upload SET name = %s, finished_at = now(){said} WHERE id = %s",  # noqa: S608
            [name, upload["id"]],
        )
    return upload


async def _fail(
    resources: Resources, upload: dict[str, Any], *, failed: int, uncertain: int
) -> None:
    async with resources.database.transaction() as c:
        await c.execute(_COUNT, [failed, uncertain, upload["id"]])
        state, mails = ("FAILED", failed) if failed else ("UNCERTAIN", uncertain)
        await c.execute(_FAIL, {"id": upload["id"], "state": state, "mails": mails})


async def _stop(resources: Resources, upload: dict[str, Any]) -> None:
    async with resources.database.transaction() as c:
        group = [upload["work_group_id"]]
        await c.execute("UPDATE work SET state = 'STOPPED' WHERE group_id = %s", group)
        await c.execute("UPDATE work_group SET open = false WHERE id = %s", group)


async def _waiting(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/overview")
    assert answer.status_code == 200, answer.text
    return answer.json()["waiting"]


async def test_files_that_wait_are_told_behind_sixty_later_ones(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    await _stop(resources, await _file(resources, "stopped.csv"))
    await _fail(resources, await _file(resources, "failed.csv"), failed=3, uncertain=0)
    last = await _file(resources, "doubt.csv")
    await _fail(resources, last, failed=0, uncertain=2)
    async with resources.database.transaction() as c:
        await c.execute(_LATER, [LATER, last["id"]])

    waiting = await _waiting(client)
    told = [(file["name"], file["rejects"], file["stopped"]) for file in waiting["files"]]
    later = [(f"later-{n}", 1, False) for n in range(LATER, LATER - 5, -1)]
    before = [("doubt.csv", 0, False), ("failed.csv", 0, False), ("stopped.csv", 0, True)]
    assert told == later + before
    *_, doubt, failed, stopped = waiting["files"]
    assert (doubt["not_delivered"], doubt["uncertain"]) == (0, 2)
    assert (failed["not_delivered"], failed["not_delivered_cents"]) == (3, 1000 + 1001 + 1002)
    assert (stopped["not_delivered"], stopped["uncertain"]) == (0, 0)
    assert waiting["file_counts"] == {
        "stopped": {"count": 1, "more": False},
        "rejects": {"count": LATER, "more": False},
        "not_delivered": {"count": 1, "more": False},
        "uncertain": {"count": 1, "more": False},
    }


async def test_files_are_counted_to_a_bound(
    client: httpx.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_FILES_COUNTED_MAX", 2)
    for number in range(3):
        await _file(resources, f"{number}.csv", records=6, rejected=1)
    counts = (await _waiting(client))["file_counts"]
    assert counts["rejects"] == {"count": 2, "more": True}


async def test_what_was_cancelled_mended_taken_out_or_still_moves_does_not_wait(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    await _file(resources, "mended.csv", records=6, rejected=1, rejects_mended=1)
    cancelled = await _file(resources, "cancelled.csv")
    await _fail(resources, cancelled, failed=1, uncertain=0)
    moving = await _file(resources, "moving.csv")
    await _stop(resources, moving)
    gone = await _file(resources, "gone.csv", records=6, rejected=1)
    await _stop(resources, gone)
    await _fail(resources, gone, failed=2, uncertain=0)
    async with resources.database.transaction() as c:
        await c.execute(
            "INSERT INTO billing_removal (billing_id, upload_id) VALUES (%s, %s)",
            [cancelled["first_billing_id"], cancelled["id"]],
        )
        group = [moving["work_group_id"]]
        await c.execute("UPDATE work_group SET open = true WHERE id = %s", group)
        await c.execute("UPDATE upload SET removed_at = now() WHERE id = %s", [gone["id"]])
    waiting = await _waiting(client)
    assert waiting["files"] == []
    assert all(count == {"count": 0, "more": False} for count in waiting["file_counts"].values())
